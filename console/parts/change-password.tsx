import { useSignal } from '@preact/signals'
import type { User } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { say } from '../notice.ts'
import { ask, lookAfter } from '../service.ts'
import { text } from '../text.ts'
import { Form } from './form.tsx'
import { NewPassword } from './new-password.tsx'
import { PasswordField } from './password-field.tsx'
import { ProblemNote } from './problem-note.tsx'

export function ChangePassword({ user }: { user: User }) {
  const current = useSignal('')
  const next = useSignal('')
  const action = useAction(async () => {
    await ask('PUT /auth/password', { body: { currentPassword: current.value, newPassword: next.value } })
    current.value = ''
    next.value = ''
    say(text.account.passwordDone)
    await lookAfter()
  })
  const { problem } = action
  const wrong = problem?.code === 'wrong_password' ? problem.detail : undefined
  const { password, passwordWill, passwordSubmit } = text.account
  return (
    <section class="card">
      <h2>{password}</h2>
      <p>{passwordWill}</p>
      <Form action={action}>
        {/* For password managers: whose password this is. */}
        <input
          class="unseen"
          type="text"
          autocomplete="username"
          value={user.email}
          readOnly
          tabIndex={-1}
          aria-hidden
        />
        <PasswordField
          label={text.fields.currentPassword}
          value={current}
          autocomplete="current-password"
          problem={wrong}
        />
        <NewPassword label={text.fields.newPassword} value={next} about={user} problem={problem} field="newPassword" />
        <ProblemNote problem={problem} fields={['/newPassword']} />
        <div class="buttons">
          <button type="submit" class="main" aria-disabled={action.busy}>
            {passwordSubmit}
          </button>
        </div>
      </Form>
    </section>
  )
}
