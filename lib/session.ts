import type { Assurance, Factor } from './factor.ts'
import type { ProviderSession } from './provider-session.ts'
import type { Scope } from './scope.ts'
import type { EpochSeconds } from './system.ts'
import type { User, UserId } from './user.ts'

declare const brand: unique symbol

/** The public id of a session, safe in URLs, lists and logs: it is not a credential. */
export type SessionId = string & { readonly [brand]: 'SessionId' }

const SESSION_ID = /^[\w-]{21}$/

/**
 * Whether a text has the form of a session id: 21 characters from `A-Za-z0-9_-`.
 * @example
 * ```ts
 * import { isSessionId, type SessionId } from 'coatcheck'
 *
 * const parseSessionId = (text: string): SessionId | undefined => (isSessionId(text) ? text : undefined)
 * ```
 */
export function isSessionId(text: string): text is SessionId {
  return SESSION_ID.test(text)
}

/** A session, as a check returns it. After its creation only `lastSeenAt` and `expiresAt` change. */
export interface Session {
  readonly id: SessionId
  readonly userId: UserId
  readonly scopes: readonly Scope[]
  readonly label?: string
  readonly ip: string
  readonly userAgent: string
  readonly createdAt: EpochSeconds
  /** Whether the login asked for fewer scopes than the user held; reauthentication then adds none. */
  readonly narrowed?: boolean
  /** How the user has signed in. */
  readonly factors: readonly Factor[]
  readonly assurance: Assurance
  /** The sign-in at a provider that the session stems from, whose end ends it. */
  readonly provider?: ProviderSession
  /** When the user last presented a factor. */
  readonly authenticatedAt: EpochSeconds
  readonly lastSeenAt: EpochSeconds
  /** When the idle timeout or the absolute timeout ends the session, whichever is earlier; the table's TTL attribute. */
  readonly expiresAt: EpochSeconds
  /** When the absolute timeout ends the session; renewals never change it. */
  readonly endsAt: EpochSeconds
  /** The user's epoch when the session was created; the session is revoked once the user's epoch is higher. */
  readonly userEpoch: number
}

/** A session that was replaced. Its token revokes the successor, which its holder may not have received yet. */
export interface Predecessor {
  readonly id: SessionId
  readonly secretHash: Uint8Array
  readonly replacedAt: EpochSeconds
}

/** A session as the store keeps it, with the hash of its secret. */
export interface SessionRow extends Session {
  readonly secretHash: Uint8Array
  /** The sessions this one replaced within the last 12 minutes before its creation, the latest first; at most four. */
  readonly replaced?: readonly Predecessor[]
}

/** The timeouts of sessions (NIST SP 800-63B §5.2; OWASP ASVS 7.3). */
export interface SessionPolicy {
  /** The idle timeout: a session without a request for this long expires. */
  readonly idleSeconds: number
  /** The absolute timeout: a session expires this long after the login, even if it is in use. */
  readonly lifetimeSeconds: number
  /** The interval between writes that renew a session; a session may therefore expire this much before its idle timeout. */
  readonly renewSeconds: number
  /** Sessions created earlier are refused, whatever their timeouts: the answer to a leaked table. Default: none are. */
  readonly notBefore?: EpochSeconds
}

/**
 * The default timeouts: 7 days idle, 30 days absolute, at most one renewal in 15 minutes.
 * @example
 * ```ts
 * import { DEFAULT_POLICY, type SessionPolicy } from 'coatcheck'
 *
 * const policy: SessionPolicy = { ...DEFAULT_POLICY, idleSeconds: 3600 }
 * ```
 */
export const DEFAULT_POLICY: SessionPolicy = { idleSeconds: 604_800, lifetimeSeconds: 2_592_000, renewSeconds: 900 }

/** @throws RangeError unless the timeouts are whole seconds from 1, `renewSeconds` is below `idleSeconds`, and `notBefore` is a time. */
export function assertPolicy({ idleSeconds, lifetimeSeconds, renewSeconds, notBefore = 0 }: SessionPolicy): void {
  if (![idleSeconds, lifetimeSeconds, renewSeconds].every((value) => Number.isSafeInteger(value) && value >= 1))
    throw new RangeError(
      `idleSeconds (${idleSeconds}), lifetimeSeconds (${lifetimeSeconds}) and renewSeconds (${renewSeconds}) must be whole numbers from 1`,
    )
  if (renewSeconds >= idleSeconds)
    throw new RangeError(`renewSeconds (${renewSeconds}) must be below idleSeconds (${idleSeconds})`)
  if (!Number.isSafeInteger(notBefore) || notBefore < 0)
    throw new RangeError(`notBefore (${notBefore}) must be a time in whole seconds since 1970`)
}

/** Whether neither timeout has passed. The row's presence is no evidence: DynamoDB's TTL deletes rows days late. */
export function isLive(session: Pick<Session, 'expiresAt' | 'endsAt'>, now: EpochSeconds): boolean {
  return now < session.expiresAt && now < session.endsAt
}

/** Whether a check accepts a row: it is live, and the policy's `notBefore` does not refuse it. */
export function isAccepted(row: Session, { notBefore = 0 }: SessionPolicy, now: EpochSeconds): boolean {
  return isLive(row, now) && row.createdAt >= notBefore
}

/** Whether a row has not expired and was not revoked by a revoke-all of its user. */
export function isLiveForUser(user: Pick<User, 'epoch'>, row: SessionRow, now: EpochSeconds): boolean {
  return isLive(row, now) && row.userEpoch >= user.epoch
}

/** Which timeout ends a session that no request renews or revokes, and when. */
export function timeoutOf({ expiresAt, endsAt }: Pick<Session, 'expiresAt' | 'endsAt'>) {
  const reason = expiresAt < endsAt ? ('idle_timeout' as const) : ('absolute_timeout' as const)
  return { reason, at: Math.min(expiresAt, endsAt) }
}

/** When a session with a request now will expire. */
export function expiryAfter(now: EpochSeconds, endsAt: EpochSeconds, policy: SessionPolicy): EpochSeconds {
  return Math.min(now + policy.idleSeconds, endsAt)
}

/** Whether the last renewal is at least `renewSeconds` ago. */
export function isRenewalDue(session: Session, now: EpochSeconds, policy: SessionPolicy): boolean {
  return now - session.lastSeenAt >= policy.renewSeconds
}

/**
 * Whether the user exists, is active, and has not revoked all sessions since this one was created. A check reads the
 * session row alone; operations that also read the user apply this test.
 */
export function isValidForUser(session: Session, user: User | undefined): user is User {
  return user !== undefined && user.status === 'active' && session.userEpoch >= user.epoch
}
