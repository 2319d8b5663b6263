import { useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { showNotice } from '../notice.ts'
import { callService } from '../service.ts'
import { Dialog } from './dialog.tsx'
import type { UserActionProps } from './user-action.ts'

export function UnlockUser({ user: { id: userId, email }, onClose, onDone }: UserActionProps) {
  const { unlock, unlockTitle, unlockEffect, unlockDone } = deskText.user
  const action = useAction(async () => {
    await callService('POST /admin/users/{userId}/unlock', { params: { userId } })
    showNotice(unlockDone(email))
    await onDone()
  })
  return (
    <Dialog title={unlockTitle(email)} submit={unlock} action={action} onClose={onClose}>
      <p>{unlockEffect}</p>
    </Dialog>
  )
}
