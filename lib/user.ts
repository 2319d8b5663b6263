import type { RevocationReason } from './audit-events.ts'
import type { Identities } from './linked-identity.ts'
import type { Scope } from './scope.ts'
import type { EpochSeconds } from './system.ts'

declare const brand: unique symbol

/** The public id of a user, safe in URLs, lists and logs. */
export type UserId = string & { readonly [brand]: 'UserId' }
/** An email address in the canonical form of `parseEmail`. */
export type Email = string & { readonly [brand]: 'Email' }

const USER_ID = /^[\w-]{21}$/

/**
 * Whether a text has the form of a user id: 21 characters from `A-Za-z0-9_-`.
 * @example
 * ```ts
 * import { isUserId, type UserId } from 'coatcheck'
 *
 * const parseUserId = (text: string): UserId | undefined => (isUserId(text) ? text : undefined)
 * ```
 */
export function isUserId(text: string): text is UserId {
  return USER_ID.test(text)
}

/** A change that revoked all sessions of a user. */
export interface LastChange {
  /** The user's epoch after the change: it revoked the sessions of the epochs below. */
  readonly epoch: number
  /** The user's `changeId` after the change. */
  readonly changeId: string
  readonly reason: RevocationReason
  readonly at: EpochSeconds
  /** The user who requested it: an administrator, or the same user. Absent: the command line, or a program. */
  readonly by?: UserId
}

/** A link that was mailed to a user, as the user item keeps it. */
export interface MailedLink {
  /** SHA-256 of the link's secret, in base64url. */
  readonly hash: string
  /** The user's epoch when the link was made; a link of an older epoch is void. */
  readonly epoch: number
  readonly expiresAt: EpochSeconds
}

/** An authenticator app. The secret is sealed, since it must be read again. */
export interface Totp {
  /** New with each enrolment: a code counts only for the secret it was verified with. */
  readonly id: string
  /** As `seal` returns it. */
  readonly sealed: string
  readonly createdAt: EpochSeconds
}

/** A user, as the store keeps it. */
export interface User {
  readonly id: UserId
  readonly email: Email
  readonly emailVerified: boolean
  readonly name?: string
  /** Format of `passwords/password-hasher.ts`; never leaves the server. Absent: no password, or a store that omits it. */
  readonly passwordHash?: string
  /** Granted scopes, without `account`, which every user holds. */
  readonly scopes: readonly Scope[]
  readonly status: 'active' | 'disabled'
  /** How often all sessions were revoked; a session row of a lower epoch is revoked. */
  readonly epoch: number
  /** New with each change of the user; the condition of the next change, by which a retry also recognizes its success. */
  readonly changeId: string
  /** Whether session rows of older epochs may still be in the table. */
  readonly sweepPending: boolean
  /**
   * Why all sessions were revoked the last times, the latest first; at most three, so that a reader of the stream still
   * learns of a change that others have followed. Absent until the first such change.
   */
  readonly lastChanges?: readonly LastChange[]
  /** The link that sets a new password. */
  readonly reset?: MailedLink
  /** The link that proves the email. */
  readonly verification?: MailedLink
  /** The second factors; absent from a store that omits password hashes. */
  readonly totp?: Totp
  /** An authenticator app that is shown and not yet activated. */
  readonly totpPending?: Totp
  /** The latest step whose code was accepted: a code is accepted once (RFC 6238 §5.2). */
  readonly totpStep?: number
  /** The hashes of the recovery codes that are not used. */
  readonly recoveryCodes?: readonly string[]
  /** The identities at providers that sign the user in; absent from a store that omits password hashes. */
  readonly identities?: Identities
  readonly createdAt: EpochSeconds
}
