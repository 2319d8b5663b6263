import { type Deadline, startDeadline } from './deadline.ts'
import { UnavailableError } from './errors.ts'
import type { Consistency, Log, SessionStore } from './ports.ts'
import type { Scope } from './scope.ts'
import type { Secret } from './secret.ts'
import {
  DEFAULT_POLICY,
  expiryAfter,
  isLive,
  isRenewalDue,
  type Session,
  type SessionId,
  type SessionPolicy,
} from './session.ts'
import { formatToken, hashSecret, mintToken, parseToken, secretMatches } from './session-token.ts'
import { type Clock, type EpochSeconds, type RandomText, systemClock, systemRandomText } from './system.ts'
import type { User, UserId } from './user.ts'

export interface SessionsOptions extends Partial<SessionPolicy> {
  readonly store: SessionStore
  readonly clock?: Clock
  readonly randomText?: RandomText
  readonly log?: Log
}

/** What a new session is made from. The times are given only where it takes another session's place. */
export interface NewSession {
  readonly user: Pick<User, 'id' | 'epoch'>
  readonly scopes: readonly Scope[]
  readonly label?: string | undefined
  readonly ip: string
  readonly userAgent: string
  readonly authenticatedAt?: EpochSeconds
  readonly endsAt?: EpochSeconds
}

export type Sessions = ReturnType<typeof createSessions>

/** How many fresh rows a create tries: the store's other calls make as many attempts. */
const CREATE_TRIES = 3

/**
 * The domain: create, check, renew, revoke and list sessions over a store.
 * @throws RangeError for a policy that could not hold (renewal not more frequent than the idle end).
 */
export function createSessions(options: SessionsOptions) {
  const { store, clock = systemClock, randomText = systemRandomText, log = () => {} } = options
  const policy: SessionPolicy = { ...DEFAULT_POLICY, ...definedPolicy(options) }
  assertPolicy(policy)

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
      if (!token) return undefined
      const row = await store.get(token.userId, token.sessionId, deadline, consistency)
      if (!row) return undefined
      const { secretHash, ...session } = row
      if (!secretMatches(token.secret, secretHash)) return undefined
      return isLive(session, clock()) ? session : undefined
    },

    /**
     * A live session by its public handle, for those who know already that it is presented by its holder: behind an
     * authorizer, on a WebSocket. `undefined` when it has ended. One strongly consistent read.
     * @throws UnavailableError when the store fails.
     */
    async find(
      userId: UserId,
      sessionId: SessionId,
      { deadline = startDeadline() }: { deadline?: Deadline } = {},
    ): Promise<Session | undefined> {
      const row = await store.get(userId, sessionId, deadline)
      if (!row) return undefined
      const { secretHash: _, ...session } = row
      return isLive(session, clock()) ? session : undefined
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

    /**
     * Creates a session for a user who was read before, then reads the user again with `readUser`: in every
     * interleaving with an end-all, either this second read sees the new epoch or the sweep sees the row.
     * `undefined`, with the row deleted, when epoch or status changed in between. One write, one read.
     */
    async create(
      wanted: NewSession,
      readUser: () => Promise<User | undefined>,
      deadline: Deadline = startDeadline(),
    ): Promise<{ session: Session; token: Secret } | undefined> {
      const { user, ...details } = wanted
      const now = clock()
      const endsAt = wanted.endsAt ?? now + policy.lifetimeSeconds
      const { session, token } = await putUnderFreshId({
        authenticatedAt: now,
        ...withoutUndefined(details),
        userId: user.id,
        userEpoch: user.epoch,
        createdAt: now,
        lastSeenAt: now,
        expiresAt: expiryAfter(now, endsAt, policy),
        endsAt,
      })
      try {
        const present = await readUser()
        if (present?.status === 'active' && present.epoch === user.epoch) return { session, token }
      } catch (error) {
        // Nobody holds its secret, so a row that cannot be deleted now does no harm.
        await store.delete(user.id, session.id, deadline).catch(() => {})
        throw error
      }
      await store.delete(user.id, session.id, deadline)
      return undefined

      /** One attempt an id: a first try that lands late is a row nobody holds the secret of; its TTL clears it. */
      async function putUnderFreshId(body: Omit<Session, 'id'>, triesLeft = CREATE_TRIES) {
        const minted = mintToken(user.id, randomText)
        const session: Session = { ...body, id: minted.sessionId }
        try {
          await store.create({ ...session, secretHash: hashSecret(minted.secret) }, deadline)
          return { session, token: formatToken(minted) }
        } catch (error) {
          if (!(error instanceof UnavailableError) || triesLeft === 1) throw error
          return putUnderFreshId(body, triesLeft - 1)
        }
      }
    },

    /** Ends one session: its very next request is refused. `false` when there was none. One write. */
    revoke(userId: UserId, sessionId: SessionId, deadline: Deadline = startDeadline()): Promise<boolean> {
      return store.delete(userId, sessionId, deadline)
    },

    /** A user's live sessions, the newest first. Strongly consistent, so a session created a moment ago is in it. */
    async list(user: Pick<User, 'id' | 'epoch'>, deadline: Deadline = startDeadline()): Promise<Session[]> {
      const now = clock()
      const rows = await store.list(user.id, deadline)
      return rows
        .filter((row) => isLive(row, now) && row.userEpoch >= user.epoch)
        .map(({ secretHash: _, ...session }) => session)
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
    },

    /** Deletes every session of an epoch below the user's; those that were live. Part of ending all sessions. */
    endBelowEpoch(userId: UserId, epoch: number, deadline: Deadline): Promise<SessionId[]> {
      return store.deleteBelowEpoch(userId, epoch, clock(), deadline)
    },
  }
}

function definedPolicy(options: Partial<SessionPolicy>): Partial<SessionPolicy> {
  const { idleSeconds, lifetimeSeconds, renewSeconds } = options
  return withoutUndefined({ idleSeconds, lifetimeSeconds, renewSeconds }) as Partial<SessionPolicy>
}

function assertPolicy({ idleSeconds, lifetimeSeconds, renewSeconds }: SessionPolicy): void {
  if (![idleSeconds, lifetimeSeconds, renewSeconds].every((value) => Number.isSafeInteger(value) && value >= 1))
    throw new RangeError('idleSeconds, lifetimeSeconds and renewSeconds are whole seconds from 1 up')
  if (renewSeconds >= idleSeconds)
    throw new RangeError(`renewSeconds (${renewSeconds}) must be below idleSeconds (${idleSeconds})`)
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never
}
