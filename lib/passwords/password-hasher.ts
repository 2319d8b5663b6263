import { createHmac } from 'node:crypto'
import { compare, genSaltSync, hash } from 'bcryptjs'
import { type Config, ConfigError } from '../config.ts'
import type { PasswordHasher } from '../ports.ts'
import { Secret } from '../secret.ts'

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

/** Costlier than this a verification keeps a function busy for seconds: no such hash is taken, or made. */
export const MAX_BCRYPT_COST = 14

const PEPPERED = /^hmac-sha384-bcrypt:(\d{1,3}):(.+)$/s
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/

interface HasherOptions {
  readonly cost: number
  readonly pepper: Secret
  /** Of the pepper, stored with each hash. Default 1. */
  readonly pepperVersion?: number | undefined
  /** The pepper of the version before: its hashes verify, and are outdated. */
  readonly previousPepper?: Secret | undefined
}

/** A stored hash, taken apart: bcrypt of what, at which cost. */
interface StoredHash {
  readonly bcrypt: string
  readonly cost: number
  /** `undefined`: plain bcrypt, as other systems store it. */
  readonly pepper: Secret | undefined
}

/**
 * `bcrypt(base64(HMAC-SHA-384(password, pepper)))`, 64 characters into bcrypt, so that its 72 bytes never truncate and
 * no NUL reaches it (OWASP Password Storage, "Pre-Hashing Passwords with bcrypt"). Stored as
 * `hmac-sha384-bcrypt:<pepper version>:<bcrypt>`. Plain bcrypt from elsewhere verifies as it was made, by its first 72
 * bytes. What is verified at a lower cost is padded to the configured one, so that nobody's account takes longer.
 */
export function bcryptHasher(options: HasherOptions): PasswordHasher {
  const { cost, pepper, pepperVersion = 1, previousPepper } = options
  const peppers = new Map([
    [pepperVersion - 1, previousPepper],
    [pepperVersion, pepper],
  ])

  function readHash(passwordHash: string): StoredHash | undefined {
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
        await compare(prehash(password, pepper), nobody(cost))
        return passwordHash === undefined ? 'wrong' : 'unreadable'
      }
      const matches = await compare(prehash(password, stored.pepper), stored.bcrypt)
      // 2^c + 2^c + 2^(c+1) + … + 2^(cost-1) = 2^cost
      for (let spent = stored.cost; spent < cost; spent++) await compare(prehash(password, pepper), nobody(spent))
      // bcrypt takes a password for a cycle that ends in NUL: `abc` and `abc<NUL>abc` are one to it.
      if (!matches || (!stored.pepper && password.reveal().includes('\0'))) return 'wrong'
      return stored.pepper === pepper && stored.cost === cost ? 'right' : 'outdated'
    },
  }
}

/** The hasher of a configuration. @throws ConfigError without a pepper. */
export function configuredHasher({ bcryptCost: cost, pepper, ...peppers }: Config['password']): PasswordHasher {
  if (!pepper) throw new ConfigError(['`PASSWORD_PEPPER`: required where passwords are hashed'])
  return bcryptHasher({ cost, pepper, ...peppers })
}

function prehash(password: Secret, pepper: Secret | undefined): string {
  if (!pepper) return password.reveal()
  return createHmac('sha384', pepper.reveal()).update(password.reveal()).digest('base64')
}

/** Well-formed and of this cost, so that it takes as long; its digest was never the hash of anything. */
function nobody(cost: number): string {
  return `${genSaltSync(cost)}${'.'.repeat(31)}`
}
