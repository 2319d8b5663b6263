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

/**
 * An address that a user has a claim on beside the own one: a change to it was asked for, or from it, which can be undone
 * (docs/decisions/030).
 */
export interface EmailClaim {
  readonly email: Email
  /** The `claim` of the address's pointer. Absent: a pointer of before there were claims. */
  readonly claim?: string
  /** SHA-256 of the secret of the mailed link; absent until the mail of an undo is sent. */
  readonly hash?: string
  /** For a change, the epoch in which it was asked for; for an undo, the epoch that the change began. */
  readonly epoch: number
  readonly expiresAt: EpochSeconds
}

/** The credentials whose user item keeps the epoch in which they were set. */
export const DATED_CREDENTIALS = ['passwordHash', 'totp', 'recoveryCodes'] as const
export type DatedCredential = (typeof DATED_CREDENTIALS)[number]

/** An authenticator app. The secret is sealed, since it must be read again. */
export interface Totp {
  /** New with each enrolment: a code counts only for the secret it was verified with. */
  readonly id: string
  /** As `seal` returns it. */
  readonly sealed: string
  readonly createdAt: EpochSeconds
}

/** A passkey, by the public key of its authenticator (WebAuthn §4, public key credential). */
export interface Passkey {
  /** The authenticator's id of it, in base64url. */
  readonly credentialId: string
  /** SubjectPublicKeyInfo in DER (RFC 5280 §4.1), in base64url. */
  readonly publicKey: string
  /** A COSE algorithm of `PASSKEY_ALGORITHMS`. */
  readonly algorithm: number
  /** The signature counter when it was made; 0 if the authenticator does not count. */
  readonly firstCount: number
  /** As the user calls it. */
  readonly name: string
  /** How browsers reach the authenticator, as it said. */
  readonly transports: readonly string[]
  readonly createdAt: EpochSeconds
  /** The user's epoch from which on it counts. */
  readonly since: number
}

/** A user, as the store keeps it. */
export interface User {
  readonly id: UserId
  readonly email: Email
  /** The `claim` of the email's pointer: a pointer with another one is not this user's. Absent: of before there were claims. */
  readonly claim?: string
  readonly emailVerified: boolean
  readonly name?: string
  /** Format of `passwords/password-hasher.ts`; never leaves the server. Absent: no password, or a store that omits it. */
  readonly passwordHash?: string
  /** An administrator has set the password, and a sign-in with it must replace it. Absent: no. */
  readonly mustChangePassword?: true
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
  /** The change of address that was asked for. */
  readonly claiming?: EmailClaim
  /** The address before a change that can be undone. */
  readonly undo?: EmailClaim
  /** A user who wanted an address that this one held has seen that everything held until then has expired. */
  readonly lapsedAt?: EpochSeconds
  /** The epoch in which each credential was set. Absent: before any change of address. */
  readonly since?: Readonly<Partial<Record<DatedCredential, number>>>
  /** The second factors; absent from a store that omits password hashes. */
  readonly totp?: Totp
  /** An authenticator app that is shown and not yet activated. */
  readonly totpPending?: Totp
  /** The latest step whose code was accepted: a code is accepted once (RFC 6238 §5.2). */
  readonly totpStep?: number
  /** The hashes of the recovery codes that are not used. */
  readonly recoveryCodes?: readonly string[]
  /** By an id that is new with each addition: what names a removed passkey never names one that was added again. */
  readonly passkeys?: Readonly<Record<string, Passkey>>
  /** The signature counters of authenticators that count, by the same ids. Present with `passkeys`. */
  readonly passkeyCounts?: Readonly<Record<string, number>>
  /** When each passkey was last used, at most a day late. Present with `passkeys`. */
  readonly passkeyUsedAt?: Readonly<Record<string, EpochSeconds>>
  /** The identities at providers that sign the user in; absent from a store that omits hashes and factors. */
  readonly identities?: Identities
  readonly createdAt: EpochSeconds
}
