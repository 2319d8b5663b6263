import { useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { showNotice } from '../notice.ts'
import { callService } from '../service.ts'
import { Dialog } from './dialog.tsx'
import type { UserActionProps } from './user-action.ts'

export function ResetFactors({ user: { id: userId, email }, sessions, onClose, onStart, onDone }: UserActionProps) {
  const { resetFactors, resetFactorsTitle, resetFactorsEffect, resetFactorsDone } = deskText.user
  const action = useAction(async () => {
    onStart()
    await callService('DELETE /admin/users/{userId}/factors', { params: { userId } })
    showNotice(resetFactorsDone(email))
    await onDone()
  })
  return (
    <Dialog title={resetFactorsTitle(email)} submit={resetFactors} action={action} onClose={onClose} danger>
      <p>{resetFactorsEffect(sessions)}</p>
    </Dialog>
  )
}
