import type { Deadline } from '../deadline.ts'
import type { SessionStore } from '../ports.ts'
import { isLiveForUser, type SessionId } from '../session.ts'
import type { Clock } from '../system.ts'
import type { User } from '../user.ts'

/** Rows that expired longer ago are deleted here, for tables without TTL: multi-Region strongly consistent ones have none. */
const EXPIRED_SECONDS = 2 * 86_400
/** The most expired rows that one login deletes. */
const MAX_EXPIRED_DELETES = 25

interface Parts {
  readonly store: SessionStore
  readonly clock: Clock
  /** The most live sessions per user; 0: no cap. */
  readonly cap: number
}

/**
 * Implements `Sessions.enforceCap`. It orders sessions by `createdAt` and then by id, so that parallel logins agree on
 * the oldest; the last of them sees every row.
 */
export async function enforceSessionCap(
  { store, clock, cap }: Parts,
  user: Pick<User, 'id' | 'epoch'>,
  deadline: Deadline,
  // Stryker disable next-line ArrayDeclaration: the placeholder is the id of no session
  leaving: readonly SessionId[] = [],
): Promise<SessionId[]> {
  if (cap === 0) return []
  const now = clock()
  const rows = await store.list(user.id, deadline)
  const live = rows
    .filter((row) => isLiveForUser(user, row, now) && !leaving.includes(row.id))
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id)
  const overCap = live.slice(0, Math.max(0, live.length - cap))
  const expired = rows.filter((row) => row.expiresAt < now - EXPIRED_SECONDS).slice(0, MAX_EXPIRED_DELETES)
  await Promise.all([...overCap, ...expired.map(({ id }) => id)].map((id) => store.delete(user.id, id, deadline)))
  return overCap
}
