import { setTimeout as sleep } from 'node:timers/promises'
import type { Deadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import { UnavailableError } from '../errors.ts'
import { BY_PASSWORD, type Proof } from '../factor.ts'
import type { SessionStore, UserStore } from '../ports.ts'
import type { ProviderSessionStore } from '../provider-session.ts'
import type { Scope } from '../scope.ts'
import type { Secret } from '../secret.ts'
import { expiryAfter, isValidForUser, type Predecessor, type Session, type SessionPolicy } from '../session.ts'
import type { Clock, EpochSeconds, RandomText } from '../system.ts'
import type { User } from '../user.ts'
import { formatToken, hashSecret, mintToken } from './session-token.ts'

/** The input of `Sessions.create`. */
export interface NewSession {
  readonly user: Pick<User, 'id' | 'epoch'>
  readonly scopes: readonly Scope[]
  readonly label?: string | undefined
  /** Whether the login asked for fewer scopes than the user held. */
  readonly narrowed?: boolean | undefined
  readonly ip: string
  readonly userAgent: string
  /** How the user has signed in. Default: by password. */
  readonly proof?: Proof | undefined
  /** When the user last presented a factor. Default: now. */
  readonly authenticatedAt?: EpochSeconds
  /** When the absolute timeout ends the session. Default: `lifetimeSeconds` from now. */
  readonly endsAt?: EpochSeconds
  /** The sessions it replaces. */
  readonly replaced?: readonly Predecessor[]
}

/** A new session and its token. */
export interface CreatedSession {
  readonly session: Session
  /** The only copy of the token: the store keeps a hash of its secret. */
  readonly token: Secret
}

/** Each try uses a new session id; the store's other methods make as many attempts. */
const MAX_SESSION_CREATE_TRIES = 3

/** The pause before another try, which a throttled partition needs. */
const PAUSE_MS = 30

interface Parts {
  readonly store: SessionStore
  readonly clock: Clock
  readonly randomText: RandomText
  readonly policy: SessionPolicy
  readonly providerSessions?: ProviderSessionStore | undefined
}

/** Implements `Sessions.create`. A session of a provider is tied to the provider's once its row is written. */
export async function createSession(
  parts: Parts,
  newSession: NewSession,
  users: Pick<UserStore, 'get'>,
  deadline: Deadline,
): Promise<CreatedSession | undefined> {
  const created = await createForUser(parts, newSession, users, deadline)
  if (!created) return undefined
  const discard = () => parts.store.delete(created.session.userId, created.session.id, deadline)
  const mayStay = await isTied(parts, newSession, deadline).catch(async (error) => {
    await discard().catch(() => {}) // its secret was never sent to a client
    throw error
  })
  if (mayStay) return created
  await discard()
  return undefined
}

/**
 * Reads the user again after writing the row: whatever the order of events, either this
 * read sees the epoch of a concurrent revoke-all, or that revoke-all's sweep sees the row.
 */
async function createForUser(
  parts: Parts,
  newSession: NewSession,
  users: Pick<UserStore, 'get'>,
  deadline: Deadline,
): Promise<CreatedSession | undefined> {
  const { store } = parts
  const created = await putRow(parts, sessionWithoutId(parts, newSession), newSession.replaced, deadline)
  const { id, userId } = created.session
  try {
    if (isValidForUser(created.session, await users.get(userId, deadline))) return created
  } catch (error) {
    // If this delete fails, the row is harmless: its secret was never sent to a client.
    await store.delete(userId, id, deadline).catch(() => {})
    throw error
  }
  await store.delete(userId, id, deadline)
  return undefined
}

/** A session in the place of another one is not tied: a logout of the provider finds it as the other one's successor. */
async function isTied({ providerSessions }: Parts, { user, proof, replaced }: NewSession, deadline: Deadline) {
  if (!proof?.provider || replaced) return true
  if (!providerSessions) throw new UnavailableError('This function cannot make sessions of a provider')
  return providerSessions.tie(proof.provider, user.id, deadline)
}

function sessionWithoutId({ clock, policy }: Parts, newSession: NewSession): Omit<Session, 'id'> {
  const { user, scopes, label, narrowed, ip, userAgent, proof = BY_PASSWORD } = newSession
  const now = clock()
  const endsAt = newSession.endsAt ?? now + policy.lifetimeSeconds
  return {
    ...defined({ label }),
    ...(narrowed ? { narrowed } : {}),
    userId: user.id,
    userEpoch: user.epoch,
    scopes,
    factors: proof.factors,
    assurance: proof.assurance,
    ...defined({ provider: proof.provider }),
    ip,
    userAgent,
    createdAt: now,
    authenticatedAt: newSession.authenticatedAt ?? now,
    lastSeenAt: now,
    expiresAt: expiryAfter(now, endsAt, policy),
    endsAt,
  }
}

/** A failed try that takes effect late leaves a row whose secret was never sent to a client; its TTL deletes it. */
async function putRow(
  { store, randomText }: Parts,
  session: Omit<Session, 'id'>,
  replaced: readonly Predecessor[] | undefined,
  deadline: Deadline,
): Promise<CreatedSession> {
  for (let tries = 1; ; tries++) {
    const token = mintToken(session.userId, randomText)
    const created: Session = { ...session, id: token.sessionId }
    try {
      await store.create({ ...created, ...defined({ replaced }), secretHash: hashSecret(token.secret) }, deadline)
      return { session: created, token: formatToken(token) }
    } catch (error) {
      if (!(error instanceof UnavailableError) || tries === MAX_SESSION_CREATE_TRIES) throw error
      // Stryker disable next-line ArrowFunction,ArithmeticOperator,ObjectLiteral: no test measures the pause
      await deadline.run((signal) => sleep(PAUSE_MS * tries, undefined, { signal }))
    }
  }
}
