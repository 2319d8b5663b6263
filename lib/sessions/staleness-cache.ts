import type { SessionId, SessionRow } from '../session.ts'
import { type Instant, systemInstant } from '../system.ts'
import type { UserId } from '../user.ts'

/**
 * Session rows that this process read recently, for callers that set `maxStalenessSeconds`: the delay of a revocation
 * that they accept.
 */
export interface StalenessCache {
  now(): Instant
  /** Returns the row if its read began less than `maxStalenessSeconds` ago. */
  get(userId: UserId, sessionId: SessionId, maxStalenessSeconds: number): SessionRow | undefined
  /** Stores a row until `MAX_STALENESS_SECONDS`; when the cache is full, evicts the row that was read first. */
  set(row: SessionRow, readAt: Instant): void
  /** Changes a cached row; does not reset its age. */
  update(row: Pick<SessionRow, 'userId' | 'id'>, change: Partial<Pick<SessionRow, 'lastSeenAt' | 'expiresAt'>>): void
  delete(userId: UserId, sessionId: SessionId): void
}

/** The longest accepted staleness: API Gateway's default for the cache of an authorizer. */
export const MAX_STALENESS_SECONDS = 300
/** About ten megabytes of rows. */
const MAX_ROWS = 10_000

/** Creates an empty cache. Tests pass `now`. */
export function createStalenessCache({ maxRows = MAX_ROWS, now = systemInstant } = {}): StalenessCache {
  /** A Map iterates in insertion order: the row that was read first comes first. */
  const rows = new Map<string, { readonly row: SessionRow; readonly readAt: Instant }>()
  const keyOf = (userId: UserId, sessionId: SessionId) => `${userId}.${sessionId}`

  function isWithin(readAt: Instant, seconds: number, at: Instant): boolean {
    const ages = [at.monotonic - readAt.monotonic, at.wall - readAt.wall]
    return ages.every((age) => age >= 0 && age < seconds * 1000)
  }

  return {
    now,

    get(userId, sessionId, maxStalenessSeconds) {
      const entry = rows.get(keyOf(userId, sessionId))
      const seconds = Math.min(maxStalenessSeconds, MAX_STALENESS_SECONDS)
      return entry && isWithin(entry.readAt, seconds, now()) ? entry.row : undefined
    },

    set(row, readAt) {
      const key = keyOf(row.userId, row.id)
      rows.delete(key)
      rows.set(key, { row, readAt })
      const at = now()
      for (const [oldest, entry] of rows) {
        if (rows.size <= maxRows && isWithin(entry.readAt, MAX_STALENESS_SECONDS, at)) return
        rows.delete(oldest)
      }
    },

    update({ userId, id }, change) {
      const key = keyOf(userId, id)
      const entry = rows.get(key)
      if (entry) rows.set(key, { ...entry, row: { ...entry.row, ...change } })
    },

    delete(userId, sessionId) {
      rows.delete(keyOf(userId, sessionId))
    },
  }
}
