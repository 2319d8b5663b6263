import type { RevocationReason } from '../audit-events.ts'
import type { Deadline } from '../deadline.ts'
import type { SessionStore } from '../ports.ts'
import type { SessionId } from '../session.ts'
import type { EpochSeconds } from '../system.ts'
import type { User, UserId } from '../user.ts'
import type { SessionChange } from './change.ts'
import type { Actor, Ending } from './published-event.ts'

/** How far the clock of a function may be ahead of DynamoDB's, which dates records in whole seconds. */
const CLOCK_SKEW_SECONDS = 2
/** How long before the deletion of a row its reason may have been recorded. */
const RECORDED_BEFORE_SECONDS = 300

/** What the activity record says about the end of a session. */
interface RecordedEnd {
  readonly reason: RevocationReason | 'idle_timeout' | 'absolute_timeout'
  /** Who revoked it, if it was not the user. */
  readonly by?: Actor
}

/**
 * Returns what the activity record knows about the end of a session, as `ActivityStore.endOf`; `undefined` if it has
 * nothing. One Query, or no call if no activity is recorded.
 */
export type EndOf = (
  userId: UserId,
  sessionId: SessionId,
  since: EpochSeconds,
  deadline: Deadline,
) => Promise<RecordedEnd | undefined>

interface Parts {
  readonly sessions: Pick<SessionStore, 'list'>
  readonly endOf: EndOf
}

/**
 * Finds out why a session row was deleted. The sources in this order: the user's change that revoked all sessions of the
 * row's epoch (no call), the activity record (at most one Query), a session of the batch or of the table that names this
 * one as replaced (at most one Query).
 * @param user the row's user, read after the deletion; `undefined` if the user is deleted
 * @returns the reason `unknown` if no source knows it
 * @throws UnavailableError if a store fails.
 */
export async function findEnding(
  { sessions, endOf }: Parts,
  { session, at }: SessionChange,
  user: User | undefined,
  batch: readonly SessionChange[],
  deadline: Deadline,
): Promise<Ending> {
  const { id, userId, userEpoch } = session
  // A change that came after the deletion did not cause it.
  const last = user?.lastChanges?.find(
    (change) => change.epoch === userEpoch + 1 && change.at <= at + CLOCK_SKEW_SECONDS,
  )
  if (last) return last
  const recorded = await endOf(userId, id, at - RECORDED_BEFORE_SECONDS, deadline)
  if (recorded && recorded.reason !== 'idle_timeout' && recorded.reason !== 'absolute_timeout') {
    const { reason, by = reason === 'session_cap' ? undefined : userId } = recorded
    return { reason, by }
  }
  if (batch.some((other) => other.session.replaced.includes(id))) return { reason: 'replaced', by: userId }
  if (!user) return { reason: 'user_deleted' }
  const rows = await sessions.list(userId, deadline)
  const isReplaced = rows.some(({ replaced = [] }) => replaced.some((predecessor) => predecessor.id === id))
  return isReplaced ? { reason: 'replaced', by: userId } : { reason: 'unknown' }
}
