import { type Deadline, startDeadline } from './deadline.ts'
import { defined } from './defined.ts'
import { UnavailableError } from './errors.ts'
import { sessionCreator } from './new-session.ts'
import type { Consistency, DeletionOutcome, Log, SessionStore } from './ports.ts'
import {
  assertPolicy,
  DEFAULT_POLICY,
  expiryAfter,
  isLive,
  isRenewalDue,
  type Session,
  type SessionId,
  type SessionPolicy,
  type SessionRow,
} from './session.ts'
import { parseToken, secretMatches } from './session-token.ts'
import { type Clock, type RandomText, systemClock, systemRandomText } from './system.ts'
import type { User, UserId } from './user.ts'

export interface SessionsOptions extends Partial<SessionPolicy> {
  readonly store: SessionStore
  readonly clock?: Clock
  readonly randomText?: RandomText
  readonly log?: Log
}

export type Sessions = ReturnType<typeof createSessions>

/**
 * The domain: create, check, renew, revoke and list sessions over a store.
 * @throws RangeError for a policy that could not hold (renewal not more frequent than the idle end).
 */
export function createSessions(options: SessionsOptions) {
  const { store, clock = systemClock, randomText = systemRandomText, log = () => {} } = options
  const { idleSeconds, lifetimeSeconds, renewSeconds } = options
  const policy: SessionPolicy = { ...DEFAULT_POLICY, ...defined({ idleSeconds, lifetimeSeconds, renewSeconds }) }
  assertPolicy(policy)

  async function findLive(userId: UserId, sessionId: SessionId, deadline: Deadline, consistency?: Consistency) {
    const row = await store.get(userId, sessionId, deadline, consistency)
    return row && isLive(row, clock()) ? row : undefined
  }

  return {
    policy,

    /**
     * The session a token stands for; `undefined` when it is malformed, unknown, expired or revoked.
     * One strongly consistent read; none for a malformed token.
     * @throws UnavailableError when the store fails: that never means "logged out".
     */
    async check(
      tokenText: string,
      { deadline = startDeadline(), consistency }: { deadline?: Deadline; consistency?: Consistency | undefined } = {},
    ): Promise<Session | undefined> {
      const token = parseToken(tokenText)
      const row = token && (await findLive(token.userId, token.sessionId, deadline, consistency))
      return row && secretMatches(token.secret, row.secretHash) ? withoutHash(row) : undefined
    },

    /**
     * A live session by its public handle, for those who know already that it is presented by its holder: behind an
     * authorizer, on a WebSocket. `undefined` when it has ended. One strongly consistent read.
     * @throws UnavailableError when the store fails.
     */
    async find(
      userId: UserId,
      sessionId: SessionId,
      deadline: Deadline = startDeadline(),
    ): Promise<Session | undefined> {
      const row = await findLive(userId, sessionId, deadline)
      return row && withoutHash(row)
    },

    /**
     * Slides the idle end of a checked session when that is due; `undefined` when the session has ended meanwhile.
     * No write on most calls, one conditional write at most every `renewSeconds`. A store that fails costs the session
     * nothing: it is served as it stands and the miss is logged.
     */
    async renew(session: Session, deadline: Deadline = startDeadline()): Promise<Session | undefined> {
      const now = clock()
      if (!isRenewalDue(session, now, policy)) return session
      const to = { lastSeenAt: now, expiresAt: expiryAfter(now, session.endsAt, policy) }
      try {
        const outcome = await store.renew(session, to, deadline)
        if (outcome === 'gone') return undefined
        return outcome === 'renewed' ? { ...session, ...to } : session
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error
        log({ level: 'warn', event: 'renewal_missed', sessionId: session.id, error })
        return session
      }
    },

    create: sessionCreator({ store, clock, randomText, policy }),

    /** Ends one session: its very next request is refused. Says whether it was this call that ended it. One write. */
    revoke(userId: UserId, sessionId: SessionId, deadline: Deadline = startDeadline()): Promise<DeletionOutcome> {
      return store.delete(userId, sessionId, deadline)
    },

    /** A user's live sessions, the newest first. Strongly consistent, so a session created a moment ago is in it. */
    async list(user: Pick<User, 'id' | 'epoch'>, deadline: Deadline = startDeadline()): Promise<Session[]> {
      const now = clock()
      const rows = await store.list(user.id, deadline)
      return rows
        .filter((row) => isLive(row, now) && row.userEpoch >= user.epoch)
        .map(withoutHash)
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
    },

    /** Deletes every session of an epoch below the user's; those that were live. Part of ending all sessions. */
    endBelowEpoch(userId: UserId, epoch: number, deadline: Deadline): Promise<SessionId[]> {
      return store.deleteBelowEpoch(userId, epoch, clock(), deadline)
    },
  }
}

function withoutHash({ secretHash: _, ...session }: SessionRow): Session {
  return session
}
