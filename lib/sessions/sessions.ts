import { logEntry } from '../audit.ts'
import { type Deadline, startDeadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import { UnavailableError } from '../errors.ts'
import type { Consistency, DeletionOutcome, Log, SessionStore } from '../ports.ts'
import {
  assertPolicy,
  DEFAULT_POLICY,
  expiryAfter,
  isLive,
  isLiveOf,
  isRenewalDue,
  type Session,
  type SessionId,
  type SessionPolicy,
  type SessionRow,
} from '../session.ts'
import { type Clock, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { User, UserId } from '../user.ts'
import { sessionCreator } from './create-session.ts'
import { sessionCap } from './session-cap.ts'
import { parseToken, secretMatches } from './session-token.ts'
import { recentRows } from './staleness-cache.ts'

export interface SessionsOptions extends Partial<SessionPolicy> {
  readonly store: SessionStore
  /** Live sessions a user may have; 0, the default, for any number. */
  readonly cap?: number
  readonly clock?: Clock
  readonly randomText?: RandomText
  readonly log?: Log
}

interface CheckOptions {
  readonly deadline?: Deadline
  readonly consistency?: Consistency | undefined
  /**
   * For how long what this process has read may be taken for what the store holds: the delay of a revocation, in whole
   * seconds. 0, the default: each check reads.
   */
  readonly maxStalenessSeconds?: number
  /** Bound to the request, where there is one. */
  readonly log?: Log
}

export type Sessions = ReturnType<typeof createSessions>

/**
 * The domain: create, check, renew, revoke and list sessions over a store.
 * @throws RangeError for a policy that could not hold (renewal not more frequent than the idle end).
 */
export function createSessions(options: SessionsOptions) {
  const { store, cap = 0, clock = systemClock, randomText = systemRandomText, log: ownLog = () => {} } = options
  const { idleSeconds, lifetimeSeconds, renewSeconds } = options
  const policy: SessionPolicy = { ...DEFAULT_POLICY, ...defined({ idleSeconds, lifetimeSeconds, renewSeconds }) }
  assertPolicy(policy)
  const recent = recentRows()

  /** The row from the store; or as it was a moment ago, for who allows that, unless it has ended since by itself. */
  async function rowOf(
    userId: UserId,
    sessionId: SessionId,
    { deadline = startDeadline(), consistency, maxStalenessSeconds = 0 }: CheckOptions,
  ): Promise<SessionRow | undefined> {
    const began = maxStalenessSeconds > 0 ? recent.now() : undefined
    const known = began && recent.find(userId, sessionId, maxStalenessSeconds)
    // One that seems over may have been renewed by another process.
    if (known && isLive(known, clock())) return known
    const row = await store.get(userId, sessionId, deadline, consistency)
    if (!row) recent.forget(userId, sessionId)
    else if (began) recent.keep(row, began)
    return row
  }

  return {
    policy,

    /**
     * The session a token stands for; `undefined` when it is malformed, unknown, expired or revoked.
     * One strongly consistent read; none for a malformed token, nor within `maxStalenessSeconds` of the last.
     * @throws UnavailableError when the store fails: that never means "logged out".
     */
    async check(tokenText: string, options: CheckOptions = {}): Promise<Session | undefined> {
      const { log = ownLog } = options
      const token = parseToken(tokenText)
      const row = token && (await rowOf(token.userId, token.sessionId, options))
      if (!row || !secretMatches(token.secret, row.secretHash)) return undefined
      if (isLive(row, clock())) return withoutHash(row)
      log(logEntry('session_use_after_expire', { actor: row.userId, sessionId: row.id }))
      return undefined
    },

    /**
     * A live session by its public handle, for those who know already that it is presented by its holder: behind an
     * authorizer, on a WebSocket. `undefined` when it has ended. One read, as `check`.
     * @throws UnavailableError when the store fails.
     */
    async find(
      userId: UserId,
      sessionId: SessionId,
      options: Omit<CheckOptions, 'log'> = {},
    ): Promise<Session | undefined> {
      const row = await rowOf(userId, sessionId, options)
      return row && isLive(row, clock()) ? withoutHash(row) : undefined
    },

    /**
     * Slides the idle end of a checked session when that is due; `undefined` when the session has ended meanwhile.
     * No write on most calls, one conditional write at most every `renewSeconds`. A store that fails costs the session
     * nothing: it is served as it stands and the miss is logged.
     */
    async renew(
      session: Session,
      deadline: Deadline = startDeadline(),
      log: Log = ownLog,
    ): Promise<Session | undefined> {
      const now = clock()
      if (!isRenewalDue(session, now, policy)) return session
      const to = { lastSeenAt: now, expiresAt: expiryAfter(now, session.endsAt, policy) }
      try {
        const outcome = await store.renew(session, to, deadline)
        if (outcome === 'gone') {
          recent.forget(session.userId, session.id)
          return undefined
        }
        // Or it would seem due for as long as it is kept.
        recent.amend(session, outcome === 'renewed' ? to : { lastSeenAt: now })
        if (outcome === 'superseded') return session
        log(logEntry('session_renewed', { actor: session.userId, sessionId: session.id }))
        return { ...session, ...to }
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error
        log(logEntry('renewal_missed', { actor: session.userId, sessionId: session.id, error }))
        return session
      }
    },

    create: sessionCreator({ store, clock, randomText, policy }),

    keepWithinCap: sessionCap({ store, clock, cap }),

    /** Ends one session: its very next request is refused. Says whether it was this call that ended it. One write. */
    async revoke(userId: UserId, sessionId: SessionId, deadline: Deadline = startDeadline()): Promise<DeletionOutcome> {
      try {
        return await store.delete(userId, sessionId, deadline)
      } finally {
        recent.forget(userId, sessionId)
      }
    },

    /** A user's live sessions, the newest first. Strongly consistent, so a session created a moment ago is in it. */
    async list(user: Pick<User, 'id' | 'epoch'>, deadline: Deadline = startDeadline()): Promise<Session[]> {
      const now = clock()
      const rows = await store.list(user.id, deadline)
      return rows
        .filter((row) => isLiveOf(user, row, now))
        .map(withoutHash)
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
    },

    /** Deletes every session of an epoch below the user's; those that were live. Part of ending all sessions. */
    async endBelowEpoch(userId: UserId, epoch: number, deadline: Deadline): Promise<SessionId[]> {
      const ended = await store.deleteBelowEpoch(userId, epoch, clock(), deadline)
      for (const sessionId of ended) recent.forget(userId, sessionId)
      return ended
    },
  }
}

function withoutHash({ secretHash: _, ...session }: SessionRow): Session {
  return session
}
