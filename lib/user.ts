import type { Scope } from './scope.ts'
import type { EpochSeconds } from './system.ts'

declare const brand: unique symbol

export type UserId = string & { readonly [brand]: 'UserId' }
/** Trimmed, NFC, lower-cased, at most 254 bytes: the one form for account, counter and key. */
export type Email = string & { readonly [brand]: 'Email' }

const USER_ID = /^[\w-]{21}$/
// One `@` with something on both sides and no space or control character; whether mail arrives only mail can tell.
const EMAIL = /^[^\s\p{C}@]+@[^\s\p{C}@]+$/u

export function isUserId(text: string): text is UserId {
  return USER_ID.test(text)
}

/** `undefined` when it cannot be an address. */
export function parseEmail(text: string): Email | undefined {
  const email = text.trim().toLowerCase().normalize('NFC') // last: lower case is not always composed
  return EMAIL.test(email) && Buffer.byteLength(email) <= 254 ? (email as Email) : undefined
}

export interface User {
  readonly id: UserId
  readonly email: Email
  readonly emailVerified: boolean
  readonly name?: string
  /** Format of `password.ts`; never leaves the server. Absent: nobody can sign in with a password. */
  readonly passwordHash?: string
  /** Granted scopes; `account` is held besides and not listed. */
  readonly scopes: readonly Scope[]
  readonly status: 'active' | 'disabled'
  /** Counts the times all sessions were ended: a session row of a lower epoch is dead. */
  readonly epoch: number
  /** Written with each change of epoch, so that a repeated write recognises its own success. */
  readonly changeId: string
  /** The epoch has moved and rows of lower epochs may still be in the table. */
  readonly sweepPending: boolean
  readonly createdAt: EpochSeconds
}
