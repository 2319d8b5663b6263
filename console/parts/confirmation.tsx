import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { asking } from '../confirmation.ts'
import { ask, lookAfter } from '../service.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { PasswordField } from './password-field.tsx'

/** Asks for the password once more, in front of whatever needed it. */
export function Confirmation() {
  const answer = asking.value
  const password = useSignal('')
  const action = useAction(async () => {
    await ask('POST /auth/session/reauthenticate', { body: { password: password.value } })
    await lookAfter()
    answer?.(true)
  })
  const wrong = action.problem?.code === 'wrong_password' ? action.problem.detail : undefined
  const { title, why, submit } = text.confirm
  return (
    <Dialog title={title} submit={submit} action={action} onClose={() => answer?.(false)}>
      <p>{why}</p>
      <PasswordField label={text.fields.password} value={password} autocomplete="current-password" problem={wrong} />
    </Dialog>
  )
}
