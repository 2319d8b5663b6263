import { Form } from '../parts/form.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { type Steps, useSecondFactor } from '../parts/second-factor.tsx'
import { Welcome } from '../parts/welcome.tsx'
import type { Challenge } from '../sign-in.ts'
import { text } from '../text.ts'

interface SecondFactorViewProps {
  readonly challenge: Challenge
  readonly steps: Steps
  /** Whether a failed sign-in has signed in nevertheless. */
  readonly recover: (error: unknown) => Promise<boolean>
}

/** The second step of a sign-in, for users with two-factor sign-in. */
export function SecondFactorView({ challenge, steps, recover }: SecondFactorViewProps) {
  const { action, field, fields } = useSecondFactor(challenge, steps, { recover })
  const { title, lead, startAgain } = text.secondFactor
  return (
    <Welcome title={title} lead={lead}>
      <Form action={action}>
        {field}
        <ProblemNote problem={action.problem} fields={fields} />
        <button type="submit" class="primary wide" aria-disabled={action.busy}>
          {text.signIn.submit}
        </button>
        <button type="button" class="plain wide" onClick={() => steps.leave()}>
          {startAgain}
        </button>
      </Form>
    </Welcome>
  )
}
