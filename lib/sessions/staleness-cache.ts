import type { SessionId, SessionRow } from '../session.ts'
import { monotonicMilliseconds, wallMilliseconds } from '../system.ts'
import type { UserId } from '../user.ts'

/** When a read began, by the clock that never jumps and by the one that does not stop while Lambda freezes a process. */
export interface Instant {
  readonly monotonic: number
  readonly wall: number
}

/** Rows that this process has read a moment ago, for those who accept a staleness: the revocation delay they ask for. */
export interface RecentRows {
  now(): Instant
  /** The row, if the read that gave it began less than so many seconds ago; none for 0. No read, no write. */
  find(userId: UserId, sessionId: SessionId, maxStalenessSeconds: number): SessionRow | undefined
  /** Keeps a row for as long as anybody may ask for it; the one read longest ago gives way to the newest. */
  keep(row: SessionRow, began: Instant): void
  /** What is known by now of a row that is kept; it grows no younger by that. */
  amend(row: Pick<SessionRow, 'userId' | 'id'>, change: Partial<Pick<SessionRow, 'lastSeenAt' | 'expiresAt'>>): void
  forget(userId: UserId, sessionId: SessionId): void
}

/** The longest staleness there is: what API Gateway's cache of an authorizer is when nobody says otherwise. */
export const MOST_STALENESS_SECONDS = 300
/** Some ten megabytes of rows. */
const MOST_ROWS = 10_000

const systemInstant = (): Instant => ({ monotonic: monotonicMilliseconds(), wall: wallMilliseconds() })

/** None at first; `now` is for tests. */
export function recentRows({ mostRows = MOST_ROWS, now = systemInstant } = {}): RecentRows {
  /** In the order in which they were read, as a Map keeps it. */
  const rows = new Map<string, { readonly row: SessionRow; readonly began: Instant }>()
  const keyOf = (userId: UserId, sessionId: SessionId) => `${userId}.${sessionId}`

  function isWithin(began: Instant, seconds: number, at: Instant): boolean {
    const ages = [at.monotonic - began.monotonic, at.wall - began.wall]
    return ages.every((age) => age >= 0 && age < seconds * 1000)
  }

  return {
    now,

    find(userId, sessionId, maxStalenessSeconds) {
      const kept = rows.get(keyOf(userId, sessionId))
      const seconds = Math.min(maxStalenessSeconds, MOST_STALENESS_SECONDS)
      return kept && isWithin(kept.began, seconds, now()) ? kept.row : undefined
    },

    keep(row, began) {
      const key = keyOf(row.userId, row.id)
      rows.delete(key)
      rows.set(key, { row, began })
      const at = now()
      for (const [oldest, kept] of rows) {
        if (rows.size <= mostRows && isWithin(kept.began, MOST_STALENESS_SECONDS, at)) return
        rows.delete(oldest)
      }
    },

    amend({ userId, id }, change) {
      const key = keyOf(userId, id)
      const kept = rows.get(key)
      if (kept) rows.set(key, { ...kept, row: { ...kept.row, ...change } })
    },

    forget(userId, sessionId) {
      rows.delete(keyOf(userId, sessionId))
    },
  }
}
