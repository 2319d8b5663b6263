import type { ListedSession } from '../../client/index.ts'
import { sentenceOf } from '../action.ts'
import type { LiveSessions } from '../live-sessions.ts'
import { text } from '../text.ts'
import { Ticket } from './ticket.tsx'

interface SessionListProps {
  readonly live: LiveSessions
  readonly label: string
  /** What stands there when there is none. */
  readonly empty: string
  readonly onEnd?: ((session: ListedSession) => void) | undefined
}

/** A live list: places are kept while it loads, and why there is none is said. */
export function SessionList({ live, label, empty, onEnd }: SessionListProps) {
  const shown = live.shown.value
  const problem = live.problem.value
  if (!shown)
    return problem && problem.code !== 'unauthenticated' ? (
      <p class="empty">{sentenceOf(problem)}</p>
    ) : (
      <div class="tickets" aria-busy="true">
        <p class="unseen">{text.loading}</p>
        <div class="ticket waiting" />
        <div class="ticket waiting" />
      </div>
    )
  if (shown.length === 0) return <p class="empty">{empty}</p>
  return (
    <ul class="tickets" aria-label={label}>
      {shown.map((session) => (
        <Ticket key={session.id} session={session} onEnd={onEnd && (() => onEnd(session))} />
      ))}
    </ul>
  )
}

/** Those that have not ended. */
export function aliveOf(live: LiveSessions): readonly ListedSession[] {
  return live.shown.value?.filter(({ isEnded }) => !isEnded) ?? []
}
