import { setTimeout as sleep } from 'node:timers/promises'
import { type Deadline, startDeadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import { UnavailableError } from '../errors.ts'
import type { SessionStore, UserStore } from '../ports.ts'
import { heldScopes, type Scope } from '../scope.ts'
import type { Secret } from '../secret.ts'
import { expiryAfter, isBackedBy, type Session, type SessionPolicy } from '../session.ts'
import type { Clock, EpochSeconds, RandomText } from '../system.ts'
import type { User } from '../user.ts'
import { formatToken, hashSecret, mintToken } from './session-token.ts'

/** What a new session is made from. The times are given only where it takes another session's place. */
export interface NewSession {
  readonly user: Pick<User, 'id' | 'epoch'>
  readonly scopes: readonly Scope[]
  readonly label?: string | undefined
  /** Whether fewer scopes were asked for than the user held. */
  readonly narrowed?: boolean | undefined
  readonly ip: string
  readonly userAgent: string
  readonly authenticatedAt?: EpochSeconds
  readonly endsAt?: EpochSeconds
}

export interface CreatedSession {
  readonly session: Session
  /** Shown once: only its secret's hash is kept. */
  readonly token: Secret
}

/**
 * What a session is after its user has proved who they are again: all that they hold now, unless it was narrowed on
 * purpose; times as of a login.
 */
export function reauthenticated(
  { scopes, narrowed, label }: Session,
  user: User,
): Pick<NewSession, 'scopes' | 'narrowed' | 'label'> {
  return { scopes: narrowed ? scopes : heldScopes(user), narrowed, label }
}

/** Before another try: a throttled partition needs a moment. */
const PAUSE_MS = 30

/** How many fresh ids a create tries: the store's other calls make as many attempts. */
const CREATE_TRIES = 3

interface Parts {
  readonly store: SessionStore
  readonly clock: Clock
  readonly randomText: RandomText
  readonly policy: SessionPolicy
}

/** Creating a session, one of the things that `createSessions` returns. */
export function sessionCreator({ store, clock, randomText, policy }: Parts) {
  /**
   * Creates a session for a user who was read before, then reads the user again: in every interleaving with an
   * end-all, either this second read sees the new epoch or the sweep sees the row. `undefined`, with the row deleted,
   * when the user's epoch or status changed in between. One write, one read.
   * @throws UnavailableError when the store fails; no session of this call is usable then.
   */
  return async function create(
    wanted: NewSession,
    users: Pick<UserStore, 'get'>,
    deadline: Deadline = startDeadline(),
  ): Promise<CreatedSession | undefined> {
    const created = await put(sessionFor(wanted), deadline)
    const { id, userId } = created.session
    try {
      if (isBackedBy(created.session, await users.get(userId, deadline))) return created
    } catch (error) {
      // Nobody holds its secret, so a row that cannot be deleted now does no harm.
      await store.delete(userId, id, deadline).catch(() => {})
      throw error
    }
    await store.delete(userId, id, deadline)
    return undefined
  }

  function sessionFor({
    user,
    scopes,
    label,
    narrowed,
    ip,
    userAgent,
    authenticatedAt,
    endsAt,
  }: NewSession): Omit<Session, 'id'> {
    const now = clock()
    const end = endsAt ?? now + policy.lifetimeSeconds
    return {
      ...defined({ label }),
      ...(narrowed ? { narrowed } : {}),
      userId: user.id,
      userEpoch: user.epoch,
      scopes,
      ip,
      userAgent,
      createdAt: now,
      authenticatedAt: authenticatedAt ?? now,
      lastSeenAt: now,
      expiresAt: expiryAfter(now, end, policy),
      endsAt: end,
    }
  }

  /** One attempt an id: a first try that lands late is a row nobody holds the secret of; its TTL clears it. */
  async function put(body: Omit<Session, 'id'>, deadline: Deadline): Promise<CreatedSession> {
    for (let tries = 1; ; tries++) {
      const token = mintToken(body.userId, randomText)
      const session: Session = { ...body, id: token.sessionId }
      try {
        await store.create({ ...session, secretHash: hashSecret(token.secret) }, deadline)
        return { session, token: formatToken(token) }
      } catch (error) {
        if (!(error instanceof UnavailableError) || tries === CREATE_TRIES) throw error
        await deadline.run((signal) => sleep(PAUSE_MS * tries, undefined, { signal }))
      }
    }
  }
}
