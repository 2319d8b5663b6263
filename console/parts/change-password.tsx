import { useSignal } from '@preact/signals'
import type { User } from '../../client/index.ts'
import { problemMessage, useAction } from '../action.ts'
import { showNotice } from '../notice.ts'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import { Form } from './form.tsx'
import { HiddenUsername } from './hidden-username.tsx'
import { NewPassword } from './new-password.tsx'
import { PasswordField } from './password-field.tsx'
import { ProblemNote } from './problem-note.tsx'

export function ChangePassword({ user }: { user: User }) {
  const current = useSignal('')
  const next = useSignal('')
  const action = useAction(async () => {
    await callService('PUT /auth/password', { body: { currentPassword: current.value, newPassword: next.value } })
    current.value = ''
    next.value = ''
    showNotice(text.account.passwordDone)
    await refreshSession()
  })
  const { problem } = action
  const wrongPassword = problem?.code === 'wrong_password' ? problemMessage(problem) : undefined
  const { password, passwordEffect, passwordSubmit } = text.account
  return (
    <section class="card">
      <h2 id="password" tabIndex={-1}>
        {password}
      </h2>
      <p>{passwordEffect}</p>
      <Form action={action}>
        <HiddenUsername email={user.email} />
        <PasswordField
          label={text.fields.currentPassword}
          value={current}
          autocomplete="current-password"
          problem={wrongPassword}
        />
        <NewPassword label={text.fields.newPassword} value={next} about={user} problem={problem} field="newPassword" />
        <ProblemNote problem={problem} fields={['/newPassword']} />
        <div class="buttons">
          <button type="submit" class="primary" aria-disabled={action.busy}>
            {passwordSubmit}
          </button>
        </div>
      </Form>
    </section>
  )
}
