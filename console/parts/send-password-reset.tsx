import { useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { showNotice } from '../notice.ts'
import { callService } from '../service.ts'
import { Dialog } from './dialog.tsx'
import type { UserActionProps } from './user-action.ts'

export function SendPasswordReset({ user: { id: userId, email }, onClose, onDone }: UserActionProps) {
  const { sendReset, sendResetTitle, sendResetEffect, sendResetDone } = deskText.user
  const action = useAction(async () => {
    await callService('POST /admin/users/{userId}/password-reset', { params: { userId } })
    showNotice(sendResetDone(email))
    await onDone()
  })
  return (
    <Dialog title={sendResetTitle(email)} submit={sendReset} action={action} onClose={onClose}>
      <p>{sendResetEffect}</p>
    </Dialog>
  )
}
