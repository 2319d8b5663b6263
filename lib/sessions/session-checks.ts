import { logEntry } from '../audit.ts'
import { type Deadline, startDeadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import { UnavailableError } from '../errors.ts'
import type { Log } from '../ports.ts'
import {
  assertPolicy,
  DEFAULT_POLICY,
  expiryAfter,
  isAccepted,
  isLive,
  isRenewalDue,
  type Session,
  type SessionId,
  type SessionRow,
} from '../session.ts'
import { systemClock } from '../system.ts'
import type { UserId } from '../user.ts'
import { parseToken, secretMatches } from './session-token.ts'
import type { CheckOptions, SessionChecksOptions } from './sessions-options.ts'
import type { StalenessCache } from './staleness-cache.ts'
import { toSession } from './to-session.ts'

/** The operations that a check of a request consists of. */
export type SessionChecks = ReturnType<typeof createSessionChecks>

/**
 * Creates the operations on sessions that check requests, a part of those of `createSessions`.
 * @throws RangeError as `createSessions`
 */
export function createSessionChecks(options: SessionChecksOptions, cache: StalenessCache) {
  const { store, clock = systemClock, log: defaultLog = () => {} } = options
  const { idleSeconds, lifetimeSeconds, renewSeconds, notBefore } = options
  const policy = { ...DEFAULT_POLICY, ...defined({ idleSeconds, lifetimeSeconds, renewSeconds, notBefore }) }
  assertPolicy(policy)

  /** Reads the row, or takes it from the staleness cache if the caller allows that and it has not expired since. */
  async function readRow(
    userId: UserId,
    sessionId: SessionId,
    { deadline = startDeadline(), consistency, maxStalenessSeconds = 0 }: CheckOptions,
  ): Promise<SessionRow | undefined> {
    const readAt = maxStalenessSeconds > 0 ? cache.now() : undefined
    const cached = readAt && cache.get(userId, sessionId, maxStalenessSeconds)
    // Another process may have renewed a session that has expired in the cache.
    if (cached && isLive(cached, clock())) return cached
    const row = await store.get(userId, sessionId, deadline, consistency)
    if (!row) cache.delete(userId, sessionId)
    else if (readAt) cache.set(row, readAt)
    return row
  }

  return {
    policy,

    /**
     * Returns the session of a token. One strongly consistent read; none for a malformed token or a cached row.
     * @returns `undefined` if the token is malformed or unknown, or the session has expired, was revoked, or was created
     *   before `notBefore`
     * @throws UnavailableError if the store fails, which never means that the session is invalid.
     */
    async check(tokenText: string, options: CheckOptions = {}): Promise<Session | undefined> {
      const { log = defaultLog } = options
      const token = parseToken(tokenText)
      const row = token && (await readRow(token.userId, token.sessionId, options))
      if (!row || !secretMatches(token.secret, row.secretHash)) return undefined
      if (isAccepted(row, policy, clock())) return toSession(row)
      log(logEntry('session_use_after_expire', { actor: row.userId, sessionId: row.id }))
      return undefined
    },

    /**
     * Returns a live session by its ids, for callers that have authenticated its holder otherwise: behind an authorizer,
     * or on a WebSocket. One read, as `check`.
     * @returns `undefined` if there is no such session, it has expired, or it was created before `notBefore`
     * @throws UnavailableError if the store fails.
     */
    async find(
      userId: UserId,
      sessionId: SessionId,
      options: Omit<CheckOptions, 'log'> = {},
    ): Promise<Session | undefined> {
      const row = await readRow(userId, sessionId, options)
      return row && isAccepted(row, policy, clock()) ? toSession(row) : undefined
    },

    /**
     * Extends the idle timeout of a checked session if `renewSeconds` have passed since the last renewal; otherwise does
     * nothing. At most one conditional write per `renewSeconds`. If the store fails, the session stays as it is and the
     * failure is logged as `renewal_missed`.
     * @returns the session; `undefined` if it was revoked or expired since the check
     */
    async renew(
      session: Session,
      deadline: Deadline = startDeadline(),
      log: Log = defaultLog,
    ): Promise<Session | undefined> {
      const now = clock()
      if (!isRenewalDue(session, now, policy)) return session
      const to = { lastSeenAt: now, expiresAt: expiryAfter(now, session.endsAt, policy) }
      try {
        const outcome = await store.renew(session, to, deadline)
        if (outcome === 'gone') {
          cache.delete(session.userId, session.id)
          return undefined
        }
        // Without `lastSeenAt`, a renewal would seem due on each request until the cached row is read again.
        cache.update(session, outcome === 'renewed' ? to : { lastSeenAt: now })
        if (outcome === 'superseded') return session
        log(logEntry('session_renewed', { actor: session.userId, sessionId: session.id }))
        return { ...session, ...to }
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error
        log(logEntry('renewal_missed', { actor: session.userId, sessionId: session.id, error }))
        return session
      }
    },
  }
}
