import { createHmac } from 'node:crypto'
import { compare, genSaltSync, hash } from 'bcryptjs'
import type { Config } from '../config.ts'
import { ConfigError } from '../config-error.ts'
import type { PasswordHasher } from '../ports.ts'
import { Secret } from '../secret.ts'
import { monotonicMilliseconds } from '../system.ts'
import { fillTime } from './fill-time.ts'
import { readForeignHash } from './foreign-hash.ts'

/** Longer passwords are refused before hashing (OWASP Authentication, "Compare Password Hashes Using Safe Functions"). */
const MAX_PASSWORD_BYTES = 1024

/**
 * Takes a password as typed. Hashing and the rules for new passwords normalize it to NFC (RFC 8265, OpaqueString; NIST SP
 * 800-63B §3.1.1.2); a verification also needs the typed form, see `bcryptHasher`.
 * @returns `undefined` for a text that cannot be a password: empty, more than 1,024 bytes, or with a lone surrogate
 */
export function parsePassword(text: string): Secret | undefined {
  if (text === '' || !text.isWellFormed() || Buffer.byteLength(text) > MAX_PASSWORD_BYTES) return undefined
  return new Secret(text)
}

/** The highest accepted cost; above it a verification occupies a function for seconds. */
export const MAX_BCRYPT_COST = 14

const PEPPERED = /^hmac-sha384-bcrypt:(\d{1,3}):(.+)/s
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/

interface HasherOptions {
  readonly cost: number
  readonly pepper: Secret
  /** The version of the pepper, stored with each hash. Default 1. */
  readonly pepperVersion?: number | undefined
  /** The pepper of the previous version; its hashes verify as `outdated`. */
  readonly previousPepper?: Secret | undefined
  /** A clock that never jumps, in milliseconds. */
  readonly now?: () => number
}

/** A stored hash that can be verified. */
interface StoredHash {
  /** Verifies one form of a password in the time of one verification at the configured cost. */
  readonly verify: (password: string) => Promise<boolean>
  /** Whether `hash` would make it like this today. */
  readonly isCurrent: boolean
}

/**
 * Creates a hasher that computes `bcrypt(base64(HMAC-SHA-384(password, pepper)))`: bcrypt receives 64 characters, so its
 * limit of 72 bytes never truncates and no NUL reaches it (OWASP Password Storage, "Pre-Hashing Passwords with bcrypt").
 * Stored as `hmac-sha384-bcrypt:<pepper version>:<bcrypt>`. Imported hashes verify too: plain bcrypt by the first 72
 * bytes, and those of `readForeignHash`. A verification that takes less is padded to the configured cost, so that all
 * accounts take the same time.
 *
 * Only a password that changes under NFC is verified twice, normalized and as typed, whatever is stored: other systems
 * may have hashed the typed form.
 */
export function bcryptHasher(options: HasherOptions): PasswordHasher {
  const { cost, pepper, pepperVersion = 1, previousPepper, now = monotonicMilliseconds } = options
  const peppers = new Map([
    [pepperVersion - 1, previousPepper],
    [pepperVersion, pepper],
  ])
  /** Runs bcrypt for the sake of the time. */
  const spend = (password: string, atCost: number) => compare(prehash(password, pepper), dummyHash(atCost))

  function readHash(passwordHash: string): StoredHash | undefined {
    return readBcrypt(passwordHash) ?? readForeign(passwordHash)
  }

  function readBcrypt(passwordHash: string): StoredHash | undefined {
    // Stryker disable next-line ArrayDeclaration: the first element of the match is skipped
    const [, version, peppered] = PEPPERED.exec(passwordHash) ?? []
    const bcrypt = peppered ?? passwordHash
    const storedCost = Number(BCRYPT.exec(bcrypt)?.[1] ?? Number.NaN)
    const storedPepper = peppers.get(Number(version)) // no pepper has the version NaN
    if (!(storedCost >= 4 && storedCost <= MAX_BCRYPT_COST) || (version !== undefined && !storedPepper))
      return undefined
    return {
      isCurrent: storedPepper === pepper && storedCost === cost,
      async verify(password) {
        const matches = await compare(prehash(password, storedPepper), bcrypt)
        // 2^c + 2^c + 2^(c+1) + … + 2^(cost-1) = 2^cost
        for (let spent = storedCost; spent < cost; spent++) await spend(password, spent)
        // Plain bcrypt repeats the password, each time with a NUL after it: `abc` and `abc<NUL>abc` have the same hash.
        return matches && (storedPepper !== undefined || !password.includes('\0'))
      },
    }
  }

  function readForeign(passwordHash: string): StoredHash | undefined {
    const foreign = readForeignHash(passwordHash)
    if (!foreign?.verify || foreign.fault !== undefined) return undefined
    const { verify } = foreign
    return {
      isCurrent: false,
      async verify(password) {
        const startedAt = now()
        const matches = await verify(password)
        await fillTime(now() - startedAt, cost, (atCost) => spend(password, atCost), now)
        return matches && !password.includes('\0') // HMAC, within PBKDF2 and scrypt, ignores a NUL at the end
      },
    }
  }

  return {
    async hash(password) {
      const key = prehash(password.reveal().normalize('NFC'), pepper)
      return `hmac-sha384-bcrypt:${pepperVersion}:${await hash(key, genSaltSync(cost))}`
    },

    async verify(password, passwordHash) {
      const stored = passwordHash && readHash(passwordHash)
      let matches = false
      for (const form of formsOf(password)) {
        // Both are always verified: the time must not tell which one was right.
        const isRight = stored ? await stored.verify(form) : await spend(form, cost)
        matches ||= isRight
      }
      if (!stored) return passwordHash === undefined ? 'wrong' : 'unreadable'
      if (!matches) return 'wrong'
      return stored.isCurrent ? 'right' : 'outdated'
    },
  }
}

/** Creates the hasher of a configuration. @throws ConfigError without a pepper. */
export function configuredHasher({ bcryptCost: cost, pepper, ...peppers }: Config['password']): PasswordHasher {
  if (!pepper)
    throw new ConfigError([
      '`PASSWORD_PEPPER`: required by functions that hash passwords; expected at least 32 random characters',
    ])
  return bcryptHasher({ cost, pepper, ...peppers })
}

/** The password in NFC and, if that is another text, as typed. */
function formsOf(password: Secret): readonly string[] {
  const typed = password.reveal()
  return [...new Set([typed.normalize('NFC'), typed])]
}

function prehash(password: string, pepper: Secret | undefined): string {
  if (!pepper) return password
  return createHmac('sha384', pepper.reveal()).update(password).digest('base64')
}

/** A well-formed hash of this cost that no password matches, to verify against for the sake of the time. */
function dummyHash(cost: number): string {
  return `${genSaltSync(cost)}${'.'.repeat(31)}`
}
