import type { ListedSession } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { sessionName } from '../device.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'

interface RevokeSessionProps {
  readonly session: ListedSession
  /** Whether it is the session of this page. */
  readonly isCurrent: boolean
  readonly revoke: () => Promise<void>
  readonly onClose: () => void
}

/** Asks before revoking one session and says what will happen. */
export function RevokeSession({ session, isCurrent, revoke, onClose }: RevokeSessionProps) {
  const name = sessionName(session)
  const action = useAction(revoke)
  const { signOutTitle, signOutEffect, signOutHere, signOutSubmit } = text.session
  return (
    <Dialog title={signOutTitle(name)} submit={signOutSubmit} action={action} onClose={onClose} danger>
      <p>{signOutEffect(session.ip)}</p>
      {isCurrent && <p>{signOutHere}</p>}
    </Dialog>
  )
}
