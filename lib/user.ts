import type { Scope } from './scope.ts'
import type { EpochSeconds } from './system.ts'

declare const brand: unique symbol

/** The public id of a user, safe in URLs, lists and logs. */
export type UserId = string & { readonly [brand]: 'UserId' }
/** An email address in canonical form: trimmed, lower case, NFC, at most 254 bytes. */
export type Email = string & { readonly [brand]: 'Email' }

const USER_ID = /^[\w-]{21}$/
// One `@` between two non-empty parts, without spaces or control characters. Only a delivered mail proves an address.
const EMAIL = /^[^\s\p{C}@]+@[^\s\p{C}@]+$/u

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

/**
 * Parses an email address into its canonical form.
 * @returns `undefined` if the text is not an address of at most 254 bytes
 * @example
 * ```ts
 * import { parseEmail } from 'coatcheck'
 *
 * const email = parseEmail(' Ada@Example.COM ') // 'ada@example.com'
 * ```
 */
export function parseEmail(text: string): Email | undefined {
  const email = text.trim().toLowerCase().normalize('NFC') // after toLowerCase(), whose result may be decomposed
  return EMAIL.test(email) && Buffer.byteLength(email) <= 254 ? (email as Email) : undefined
}

/** A user, as the store keeps it. */
export interface User {
  readonly id: UserId
  readonly email: Email
  readonly emailVerified: boolean
  readonly name?: string
  /** Format of `passwords/password-hasher.ts`; never leaves the server. Absent: the user has no password. */
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
  readonly createdAt: EpochSeconds
}
