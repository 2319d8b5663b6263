import type { Scope } from './scope.ts'
import type { EpochSeconds } from './system.ts'
import type { User, UserId } from './user.ts'

declare const brand: unique symbol

/** A session's public handle: safe in URLs, lists and logs. Knowing it gives no access. */
export type SessionId = string & { readonly [brand]: 'SessionId' }

const SESSION_ID = /^[\w-]{21}$/

export function isSessionId(text: string): text is SessionId {
  return SESSION_ID.test(text)
}

/** One session, as a check returns it. After creation only `lastSeenAt` and `expiresAt` ever change. */
export interface Session {
  readonly id: SessionId
  readonly userId: UserId
  readonly scopes: readonly Scope[]
  readonly label?: string
  readonly ip: string
  readonly userAgent: string
  readonly createdAt: EpochSeconds
  /** Asked for fewer scopes than the user held: reauthenticating it brings no more. */
  readonly narrowed?: boolean
  /** When the user last proved who they are. */
  readonly authenticatedAt: EpochSeconds
  readonly lastSeenAt: EpochSeconds
  /** The earlier of idle and absolute end; also the table's TTL attribute. */
  readonly expiresAt: EpochSeconds
  /** The absolute end, which renewal never moves. */
  readonly endsAt: EpochSeconds
  /** The user's epoch when this session was created: below the user's present one, the session is dead. */
  readonly userEpoch: number
}

/** A session as the store keeps it: with the hash of its secret, never the secret. */
export interface SessionRow extends Session {
  readonly secretHash: Uint8Array
}

export interface SessionPolicy {
  /** Without a request for this long, a session ends. */
  readonly idleSeconds: number
  /** After this long a session ends however busy it is. */
  readonly lifetimeSeconds: number
  /** At most one renewal is written in this time; idle therefore ends between `idle − renew` and `idle`. */
  readonly renewSeconds: number
}

/** 7 days idle, 30 days in all, one renewal in 15 minutes. */
export const DEFAULT_POLICY: SessionPolicy = { idleSeconds: 604_800, lifetimeSeconds: 2_592_000, renewSeconds: 900 }

/** @throws RangeError for a policy that could not hold: one that renews no more often than it lets idle sessions end. */
export function assertPolicy({ idleSeconds, lifetimeSeconds, renewSeconds }: SessionPolicy): void {
  if (![idleSeconds, lifetimeSeconds, renewSeconds].every((value) => Number.isSafeInteger(value) && value >= 1))
    throw new RangeError('idleSeconds, lifetimeSeconds and renewSeconds are whole seconds from 1 up')
  if (renewSeconds >= idleSeconds)
    throw new RangeError(`renewSeconds (${renewSeconds}) must be below idleSeconds (${idleSeconds})`)
}

/** The row's presence says nothing: DynamoDB's TTL deletes days late. At the very second of the end it is over. */
export function isLive(session: Pick<Session, 'expiresAt' | 'endsAt'>, now: EpochSeconds): boolean {
  return now < session.expiresAt && now < session.endsAt
}

/** Whether a row of this user is live, and of no epoch gone by. */
export function isLiveOf(user: Pick<User, 'epoch'>, row: SessionRow, now: EpochSeconds): boolean {
  return isLive(row, now) && row.userEpoch >= user.epoch
}

/** When a session that is seen now will expire. */
export function expiryAfter(now: EpochSeconds, endsAt: EpochSeconds, policy: SessionPolicy): EpochSeconds {
  return Math.min(now + policy.idleSeconds, endsAt)
}

/** Whether the last renewal is `renewSeconds` ago. */
export function isRenewalDue(session: Session, now: EpochSeconds, policy: SessionPolicy): boolean {
  return now - session.lastSeenAt >= policy.renewSeconds
}

/**
 * Whether the user still stands behind a session: active, and no end-all since it was created. A check trusts the row
 * alone; operations that read the user ask this as well.
 */
export function isBackedBy(session: Session, user: User | undefined): user is User {
  return user !== undefined && user.status === 'active' && session.userEpoch >= user.epoch
}
