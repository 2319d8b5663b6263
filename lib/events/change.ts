import type { Scope } from '../scope.ts'
import type { SessionId } from '../session.ts'
import type { EpochSeconds } from '../system.ts'
import type { UserId } from '../user.ts'

/** What an event may tell of a session row: no hash of a secret, no address and no user agent. */
export interface SessionSummary {
  readonly id: SessionId
  readonly userId: UserId
  readonly scopes: readonly Scope[]
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly endsAt: EpochSeconds
  readonly userEpoch: number
  /** The sessions that it replaced, the latest first. */
  readonly replaced: readonly SessionId[]
}

/** A session row that was created or deleted. */
export interface SessionChange {
  readonly kind: 'created' | 'deleted'
  readonly session: SessionSummary
  readonly at: EpochSeconds
  /** Whether DynamoDB's TTL deleted the row. */
  readonly isExpiry: boolean
}

/** A user item that was written or deleted. */
export interface UserItemChange {
  readonly kind: 'created' | 'changed' | 'deleted'
  readonly userId: UserId
  readonly at: EpochSeconds
}
