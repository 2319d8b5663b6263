import type { Invitation } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { showNotice } from '../notice.ts'
import { callService } from '../service.ts'
import { Dialog } from './dialog.tsx'

interface RevokeInvitationProps {
  readonly invitation: Invitation
  readonly onClose: () => void
  readonly onDone: (id: string) => void
}

/** Asks before the link of an invitation becomes void. */
export function RevokeInvitation({ invitation, onClose, onDone }: RevokeInvitationProps) {
  const { revokeTitle, revokeEffect, revoke, revoked } = deskText.invitations
  const { id: invitationId, email } = invitation
  const action = useAction(async () => {
    await callService('DELETE /admin/invitations/{invitationId}', { params: { invitationId } })
    onClose()
    onDone(invitationId)
    showNotice(revoked(email))
  })
  return (
    <Dialog title={revokeTitle(email)} submit={revoke} action={action} onClose={onClose} danger>
      <p>{revokeEffect}</p>
    </Dialog>
  )
}
