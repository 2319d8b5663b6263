import { logEntry } from '../audit.ts'
import { type Deadline, startDeadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import { UnavailableError } from '../errors.ts'
import type { DeletionOutcome, Log, UserStore } from '../ports.ts'
import {
  assertPolicy,
  DEFAULT_POLICY,
  expiryAfter,
  isAccepted,
  isLive,
  isLiveForUser,
  isRenewalDue,
  type Session,
  type SessionId,
  type SessionRow,
} from '../session.ts'
import { systemClock, systemRandomText } from '../system.ts'
import type { User, UserId } from '../user.ts'
import { type CreatedSession, createSession, type NewSession } from './create-session.ts'
import { enforceSessionCap } from './session-cap.ts'
import { parseToken, secretMatches } from './session-token.ts'
import type { CheckOptions, SessionsOptions } from './sessions-options.ts'
import { createStalenessCache } from './staleness-cache.ts'
import { createSuccession, toSession } from './succession.ts'

/** The operations on sessions; see `createSessions`. */
export type Sessions = ReturnType<typeof createSessions>

/**
 * Creates the operations on sessions: create, check, renew, revoke and list.
 * @throws RangeError unless the timeouts are whole seconds from 1 and `renewSeconds` is below `idleSeconds`.
 * @example
 * ```ts
 * import { createSessions } from 'coatcheck'
 * import { createClient, dynamodbSessionStore } from 'coatcheck/dynamodb'
 *
 * const client = createClient({ timeoutMs: 800 })
 * const store = dynamodbSessionStore({ client, tableName: 'coatcheck-prod-sessions' })
 * const sessions = createSessions({ store, idleSeconds: 3600 })
 *
 * const authenticate = async (tokenText: string) => {
 *   const session = await sessions.check(tokenText)
 *   return session && (await sessions.renew(session))
 * }
 * ```
 */
export function createSessions(options: SessionsOptions) {
  const { store, cap = 0, clock = systemClock, randomText = systemRandomText, log: defaultLog = () => {} } = options
  const { providerSessions } = options
  const { idleSeconds, lifetimeSeconds, renewSeconds, notBefore } = options
  const policy = { ...DEFAULT_POLICY, ...defined({ idleSeconds, lifetimeSeconds, renewSeconds, notBefore }) }
  assertPolicy(policy)
  const cache = createStalenessCache()

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

  function create(
    newSession: NewSession,
    users: Pick<UserStore, 'get'>,
    deadline: Deadline = startDeadline(),
  ): Promise<CreatedSession | undefined> {
    return createSession({ store, clock, randomText, policy, providerSessions }, newSession, users, deadline)
  }

  async function deleteRow(userId: UserId, sessionId: SessionId, deadline: Deadline): Promise<DeletionOutcome> {
    try {
      return await store.delete(userId, sessionId, deadline)
    } finally {
      cache.delete(userId, sessionId)
    }
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

    /**
     * Creates a session for a user who was just read. One write and one read of the user; a delete more if it returns
     * `undefined`.
     * @param users reads the user again after the write
     * @returns `undefined`, and no session, if the user was disabled, all sessions were revoked or the provider has ended its
     *   session in between
     * @throws UnavailableError if the store fails; no session of this call is usable then.
     */
    create,

    /**
     * Revokes the user's oldest sessions beyond the cap. Call it after creating a session. It also deletes some rows that
     * expired days ago. One Query, and a delete per session; nothing without a cap.
     * @param leaving sessions that are about to be revoked anyway and do not count
     * @returns the revoked sessions; the new one is among them if more sessions than the cap began in the same second
     */
    enforceCap: (user: Pick<User, 'id' | 'epoch'>, deadline: Deadline, leaving?: readonly SessionId[]) =>
      enforceSessionCap({ store, clock, cap }, user, deadline, leaving),

    ...createSuccession({ store, clock, log: defaultLog, create, deleteRow }),

    /** Returns a user's sessions that a check accepts, the newest first. One strongly consistent Query per megabyte. */
    async list(user: Pick<User, 'id' | 'epoch'>, deadline: Deadline = startDeadline()): Promise<Session[]> {
      const now = clock()
      const rows = await store.list(user.id, deadline)
      const live = rows.filter((row) => isLiveForUser(user, row, now) && isAccepted(row, policy, now)).map(toSession)
      // Stryker disable next-line EqualityOperator: no two sessions have the same id
      return live.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
    },

    /**
     * Deletes the sessions of older epochs, the sweep of a revoke-all. Costs as `SessionStore.deleteBelowEpoch`.
     * @returns the sessions that had not expired
     */
    async revokeBelowEpoch(userId: UserId, epoch: number, deadline: Deadline): Promise<SessionId[]> {
      const revoked = await store.deleteBelowEpoch(userId, epoch, clock(), deadline)
      for (const sessionId of revoked) cache.delete(userId, sessionId)
      return revoked
    },
  }
}
