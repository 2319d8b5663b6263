import { DeskPage } from '../parts/desk-page.tsx'
import { Invitations } from '../parts/invitations.tsx'

/** The invitations of the last days, for administrators. */
export function InvitationsView() {
  return (
    <DeskPage>
      <Invitations />
    </DeskPage>
  )
}
