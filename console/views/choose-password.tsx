import { type Signal, useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { Form } from '../parts/form.tsx'
import { GeneratePassword } from '../parts/generate-password.tsx'
import { HiddenUsername } from '../parts/hidden-username.tsx'
import { NewPassword } from '../parts/new-password.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import type { Steps } from '../parts/second-factor.tsx'
import { Welcome } from '../parts/welcome.tsx'
import { signInByPassword } from '../sign-in.ts'
import { text } from '../text.ts'

interface ChoosePasswordProps {
  readonly email: string
  /** The right password, which must be replaced; emptied once it is. */
  readonly password: Signal<string>
  readonly steps: Steps
  readonly onLeave: () => void
  /** Whether a failed sign-in has signed in nevertheless. */
  readonly recover: (error: unknown) => Promise<boolean>
}

/** The step of a sign-in that replaces a password which an administrator has set. */
export function ChoosePasswordView({ email, password, steps, onLeave, recover }: ChoosePasswordProps) {
  const chosen = useSignal('')
  const shown = useSignal(false)
  const action = useAction(async () => {
    try {
      steps.begin(await signInByPassword(email, password.value, chosen.value))
      password.value = ''
      onLeave()
    } catch (error) {
      if (!(await recover(error))) throw error
    }
  })
  const { chooseTitle, chooseLead, choose } = text.signIn
  return (
    <Welcome title={chooseTitle} lead={chooseLead}>
      <Form action={action}>
        <HiddenUsername email={email} />
        <NewPassword
          label={text.fields.newPassword}
          value={chosen}
          about={{ email }}
          problem={action.problem}
          field="newPassword"
          shown={shown}
        />
        <GeneratePassword value={chosen} shown={shown} />
        <ProblemNote problem={action.problem} fields={['/newPassword']} />
        <button type="submit" class="primary wide" aria-disabled={action.busy}>
          {choose}
        </button>
        <button type="button" class="plain wide" onClick={onLeave}>
          {text.secondFactor.startAgain}
        </button>
      </Form>
    </Welcome>
  )
}
