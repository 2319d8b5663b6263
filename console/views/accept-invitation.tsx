import { OpenAccount } from '../parts/open-account.tsx'
import { text } from '../text.ts'

/** Opens the account of an invitation. */
export function AcceptInvitationView() {
  return (
    <OpenAccount route="POST /auth/invitations/accept" words={text.acceptInvitation} again={{ name: 'sessions' }} />
  )
}
