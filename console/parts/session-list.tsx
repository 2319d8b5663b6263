import type { ListedSession } from '../../client/index.ts'
import { problemMessage } from '../action.ts'
import type { LiveSessions } from '../live-sessions.ts'
import { text } from '../text.ts'
import { Ticket } from './ticket.tsx'

interface SessionListProps {
  readonly live: LiveSessions
  readonly label: string
  /** The message for an empty list. */
  readonly empty: string
  readonly onSignOut?: ((session: ListedSession) => void) | undefined
}

/** A live list of sessions. While it loads, placeholders keep its space; if it cannot load, the reason is shown. */
export function SessionList({ live, label, empty, onSignOut }: SessionListProps) {
  const shown = live.shown.value
  const problem = live.problem.value
  if (!shown)
    return problem && problem.code !== 'unauthenticated' ? (
      <p class="empty">{problemMessage(problem)}</p>
    ) : (
      <div class="tickets" aria-busy="true">
        <p class="visually-hidden">{text.loading}</p>
        <div class="ticket waiting" />
        <div class="ticket waiting" />
      </div>
    )
  if (shown.length === 0) return <p class="empty">{empty}</p>
  return (
    <ul class="tickets" aria-label={label}>
      {shown.map((session) => (
        <Ticket key={session.id} session={session} onSignOut={onSignOut && (() => onSignOut(session))} />
      ))}
    </ul>
  )
}

/** The sessions of a list that are not signed out. */
export function activeSessions(live: LiveSessions): readonly ListedSession[] {
  return live.shown.value?.filter(({ isSignedOut }) => !isSignedOut) ?? []
}
