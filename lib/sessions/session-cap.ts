import type { Deadline } from '../deadline.ts'
import type { SessionStore } from '../ports.ts'
import { isLiveOf, type SessionId } from '../session.ts'
import type { Clock } from '../system.ts'
import type { User } from '../user.ts'

/** A table's TTL has deleted a row by then, where there is one; multi-Region strongly consistent tables have none. */
const EXPIRED_SECONDS = 2 * 86_400
/** How many of these one login clears away. */
const MOST_EXPIRED = 25

/** The cap on a user's live sessions, one of the things that `createSessions` returns; `cap` 0 is none. */
export function sessionCap({ store, clock, cap }: { store: SessionStore; clock: Clock; cap: number }) {
  /**
   * Ends the oldest sessions beyond the cap, by `createdAt` and then id, so that of parallel logins all agree: the last
   * of them sees every row. Call it after a session was created. Rows that expired days ago go on the way. One Query,
   * a delete for each.
   * @param leaving sessions that are about to end anyway: they take nobody's place
   * @returns the sessions it ended, one's own among them where more than the cap began in the same second
   */
  return async function keepWithinCap(
    user: Pick<User, 'id' | 'epoch'>,
    deadline: Deadline,
    leaving: readonly SessionId[] = [],
  ): Promise<SessionId[]> {
    if (cap === 0) return []
    const now = clock()
    const rows = await store.list(user.id, deadline)
    const live = rows
      .filter((row) => isLiveOf(user, row, now) && !leaving.includes(row.id))
      .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id)
    const ended = live.slice(0, Math.max(0, live.length - cap))
    const expired = rows.filter((row) => row.expiresAt < now - EXPIRED_SECONDS).slice(0, MOST_EXPIRED)
    await Promise.all([...ended, ...expired.map(({ id }) => id)].map((id) => store.delete(user.id, id, deadline)))
    return ended
  }
}
