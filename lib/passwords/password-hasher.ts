import { createHmac } from 'node:crypto'
import { compare, genSaltSync, hash } from 'bcryptjs'
import { type Config, ConfigError } from '../config.ts'
import type { PasswordHasher } from '../ports.ts'
import { Secret } from '../secret.ts'

/** Longer passwords are refused before hashing (OWASP Authentication, "Compare Password Hashes Using Safe Functions"). */
const MAX_PASSWORD_BYTES = 1024

/**
 * Normalizes a password to NFC and leaves it otherwise as typed (RFC 8265, OpaqueString; NIST SP 800-63B §3.1.1.2).
 * @returns `undefined` for a text that cannot be a password: empty, more than 1,024 bytes, or with a lone surrogate
 */
export function parsePassword(text: string): Secret | undefined {
  if (text === '' || !text.isWellFormed() || Buffer.byteLength(text) > MAX_PASSWORD_BYTES) return undefined
  return new Secret(text.normalize('NFC'))
}

/** The highest accepted cost; above it a verification occupies a function for seconds. */
export const MAX_BCRYPT_COST = 14

const PEPPERED = /^hmac-sha384-bcrypt:(\d{1,3}):(.+)$/s
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/

interface HasherOptions {
  readonly cost: number
  readonly pepper: Secret
  /** The version of the pepper, stored with each hash. Default 1. */
  readonly pepperVersion?: number | undefined
  /** The pepper of the previous version; its hashes verify as `outdated`. */
  readonly previousPepper?: Secret | undefined
}

/** The parts of a stored hash. */
interface StoredHash {
  readonly bcrypt: string
  readonly cost: number
  /** `undefined` for plain bcrypt, imported from another system. */
  readonly pepper: Secret | undefined
}

/**
 * Creates a hasher that computes `bcrypt(base64(HMAC-SHA-384(password, pepper)))`: bcrypt receives 64 characters, so its
 * limit of 72 bytes never truncates and no NUL reaches it (OWASP Password Storage, "Pre-Hashing Passwords with bcrypt").
 * Stored as `hmac-sha384-bcrypt:<pepper version>:<bcrypt>`. Imported plain bcrypt hashes verify by the first 72 bytes. A
 * verification at a lower cost is padded to the configured cost, so that all accounts take the same time.
 */
export function bcryptHasher(options: HasherOptions): PasswordHasher {
  const { cost, pepper, pepperVersion = 1, previousPepper } = options
  const peppers = new Map([
    [pepperVersion - 1, previousPepper],
    [pepperVersion, pepper],
  ])

  function readHash(passwordHash: string): StoredHash | undefined {
    // Stryker disable next-line ArrayDeclaration: the first element of the match is skipped
    const [, version, peppered] = PEPPERED.exec(passwordHash) ?? []
    const bcrypt = peppered ?? passwordHash
    const bcryptCost = Number(BCRYPT.exec(bcrypt)?.[1] ?? Number.NaN)
    const usedPepper = version === undefined ? undefined : peppers.get(Number(version))
    if (!(bcryptCost >= 4 && bcryptCost <= MAX_BCRYPT_COST) || (version !== undefined && !usedPepper)) return undefined
    return { bcrypt, cost: bcryptCost, pepper: usedPepper }
  }

  return {
    async hash(password) {
      return `hmac-sha384-bcrypt:${pepperVersion}:${await hash(prehash(password, pepper), genSaltSync(cost))}`
    },

    async verify(password, passwordHash) {
      const stored = passwordHash === undefined ? undefined : readHash(passwordHash)
      if (!stored) {
        await compare(prehash(password, pepper), dummyHash(cost))
        return passwordHash === undefined ? 'wrong' : 'unreadable'
      }
      const matches = await compare(prehash(password, stored.pepper), stored.bcrypt)
      // 2^c + 2^c + 2^(c+1) + … + 2^(cost-1) = 2^cost
      for (let spent = stored.cost; spent < cost; spent++) await compare(prehash(password, pepper), dummyHash(spent))
      // Plain bcrypt repeats the password, each time with a NUL after it: `abc` and `abc<NUL>abc` have the same hash.
      if (!matches || (!stored.pepper && password.reveal().includes('\0'))) return 'wrong'
      return stored.pepper === pepper && stored.cost === cost ? 'right' : 'outdated'
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

function prehash(password: Secret, pepper: Secret | undefined): string {
  if (!pepper) return password.reveal()
  return createHmac('sha384', pepper.reveal()).update(password.reveal()).digest('base64')
}

/** A well-formed hash of this cost that no password matches, to verify against for the sake of the time. */
function dummyHash(cost: number): string {
  return `${genSaltSync(cost)}${'.'.repeat(31)}`
}
