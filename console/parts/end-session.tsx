import type { ListedSession } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { nameOf } from '../device.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'

interface EndSessionProps {
  readonly session: ListedSession
  /** Whether it is the one of this page. */
  readonly isHere: boolean
  readonly end: () => Promise<void>
  readonly onClose: () => void
}

/** What will happen when one session ends, and the button for it. */
export function EndSession({ session, isHere, end, onClose }: EndSessionProps) {
  const name = nameOf(session)
  const action = useAction(end)
  const { endTitle, endWill, endWillHere, endSubmit } = text.session
  return (
    <Dialog title={endTitle} submit={endSubmit} action={action} onClose={onClose} grave>
      <p>{endWill(name, session.ip)}</p>
      {isHere && <p>{endWillHere}</p>}
    </Dialog>
  )
}
