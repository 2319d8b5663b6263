import { defined } from '../defined.ts'
import type { SessionId } from '../session.ts'
import type { ActivityEntry, EndReason, SessionEnd } from './activity-store.ts'
import { actorOf } from './actor.ts'

/** How a session ended, by the entries of its user; `undefined` if none tells. */
export function endIn(entries: readonly ActivityEntry[], sessionId: SessionId): SessionEnd | undefined {
  for (const entry of entries)
    for (const fact of entry.facts)
      if (fact.event === 'session_expired' && fact.sessionIds?.includes(sessionId)) {
        const ended = { reason: fact.reason as EndReason, at: Math.floor(entry.at / 1000) }
        return { ...ended, ...defined({ by: actorOf(entry, fact) }) }
      }
  return undefined
}
