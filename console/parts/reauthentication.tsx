import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { pendingReauthentication } from '../reauthentication.ts'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { PasswordField } from './password-field.tsx'

/** The dialog that asks for the password again, in front of the action that requires it. */
export function Reauthentication() {
  const resolve = pendingReauthentication.value
  const password = useSignal('')
  const action = useAction(async () => {
    await callService('POST /auth/session/reauthenticate', { body: { password: password.value } })
    await refreshSession()
    resolve?.(true)
  })
  const wrongPassword = action.problem?.code === 'wrong_password' ? action.problem.detail : undefined
  const { title, why, submit } = text.reauthentication
  return (
    <Dialog title={title} submit={submit} action={action} onClose={() => resolve?.(false)}>
      <p>{why}</p>
      <PasswordField
        label={text.fields.password}
        value={password}
        autocomplete="current-password"
        problem={wrongPassword}
      />
    </Dialog>
  )
}
