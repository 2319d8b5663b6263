import type { ListedSession } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { sessionName } from '../device.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'

interface NotMeProps {
  readonly session: ListedSession
  readonly revoke: () => Promise<void>
  readonly onClose: () => void
}

/** For a session that the user does not recognize: it ends, and the form that changes the password opens. */
export function NotMe({ session, revoke, onClose }: NotMeProps) {
  const action = useAction(revoke)
  const { notMeTitle, notMeEffect, notMeFactors, notMeSubmit } = text.session
  return (
    <Dialog title={notMeTitle} submit={notMeSubmit} action={action} onClose={onClose} danger>
      <p>{notMeEffect(sessionName(session))}</p>
      <p>{notMeFactors}</p>
    </Dialog>
  )
}
