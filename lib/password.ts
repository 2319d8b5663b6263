import { createHmac } from 'node:crypto'
import { compare, genSaltSync, hash } from 'bcryptjs'
import { PasswordRejectedError } from './errors.ts'
import type { PasswordHasher } from './ports.ts'
import { Secret } from './secret.ts'

/** Longer ones are refused before any hashing (OWASP Authentication, "Compare Password Hashes Using Safe Functions"). */
const MAX_PASSWORD_BYTES = 1024

/**
 * A password as it is hashed: NFC and otherwise exactly as typed (RFC 8265 OpaqueString; NIST 800-63B §3.1.1.2).
 * `undefined` for what nobody can have as a password: empty, over 1,024 bytes, or half a character.
 */
export function parsePassword(text: string): Secret | undefined {
  if (text === '' || !text.isWellFormed() || Buffer.byteLength(text) > MAX_PASSWORD_BYTES) return undefined
  return new Secret(text.normalize('NFC'))
}

/**
 * The rules for a new password. Length is counted in code points; there are no composition rules (NIST 800-63B).
 * @throws PasswordRejectedError naming the rule.
 */
export function assertNewPassword(password: Secret, minLength: number): void {
  const length = [...password.reveal()].length
  if (length < minLength)
    throw new PasswordRejectedError(
      'length',
      `A password has at least ${minLength} characters; this one has ${length}.`,
    )
}

/** The format and the pepper's version: either can be raised later, one login at a time. */
const FORMAT = 'hmac-sha384-bcrypt:1:'
const BCRYPT = /^\$2b\$\d\d\$[./A-Za-z0-9]{53}$/

/**
 * `bcrypt(base64(HMAC-SHA-384(password, pepper)))`, 64 characters into bcrypt, so that its 72 bytes never truncate and
 * no NUL reaches it (OWASP Password Storage, "Pre-Hashing Passwords with bcrypt"). Stored as
 * `hmac-sha384-bcrypt:<pepper version>:<bcrypt>`.
 */
export function bcryptHasher({ cost, pepper }: { cost: number; pepper: Secret }): PasswordHasher {
  const prehash = (password: Secret) => createHmac('sha384', pepper.reveal()).update(password.reveal()).digest('base64')
  // Well-formed and of the same cost, so that it takes as long; its digest was never the hash of anything.
  const nobody = `${genSaltSync(cost)}${'.'.repeat(31)}`

  return {
    async hash(password) {
      return FORMAT + (await hash(prehash(password), genSaltSync(cost)))
    },
    async verify(password, passwordHash) {
      const stored = passwordHash?.startsWith(FORMAT) ? passwordHash.slice(FORMAT.length) : ''
      const isStored = BCRYPT.test(stored)
      const matches = await compare(prehash(password), isStored ? stored : nobody)
      return matches && isStored
    },
  }
}
