import { type Session, timeoutOf } from '../session.ts'
import type { ActivityEntry } from './activity-store.ts'

/** As many characters as the random part of other entries' ids has. */
const ID_SUFFIX_LENGTH = 8

/** The entry of a session that one of its timeouts has ended, dated by that end. The same session gives the same entry. */
export function timeoutEntry(session: Pick<Session, 'id' | 'userId' | 'expiresAt' | 'endsAt'>): ActivityEntry {
  const { reason, at: endedAt } = timeoutOf(session)
  const at = endedAt * 1000
  return {
    subject: `user#${session.userId}`,
    id: `${new Date(at).toISOString()}#${session.id.slice(0, ID_SUFFIX_LENGTH)}`,
    at,
    facts: [{ event: 'session_expired', reason, sessionIds: [session.id] }],
  }
}
