import { defined } from '../defined.ts'
import type { SessionId } from '../session.ts'
import type { ActivityEntry, EndReason, SessionEnd } from './activity-store.ts'

/** How a session ended, by the entries of its user; `undefined` if none tells. */
export function endIn(entries: readonly ActivityEntry[], sessionId: SessionId): SessionEnd | undefined {
  for (const { at, by, facts } of entries)
    for (const { event, reason, sessionIds } of facts)
      if (event === 'session_expired' && sessionIds?.includes(sessionId))
        return { reason: reason as EndReason, ...defined({ by }), at: Math.floor(at / 1000) }
  return undefined
}
