import { type ForeignHash, readForeignHash } from '../../lib/passwords/foreign-hash.ts'
import { MAX_BCRYPT_COST } from '../../lib/passwords/password-hasher.ts'
import { LineFault } from './line-fault.ts'

/** Hash settings of the stack. */
export interface Hashing {
  readonly bcryptCost: number
  /** Versions of the configured peppers. */
  readonly pepperVersions: readonly number[]
}

/**
 * A note on an accepted hash: it is cheaper than bcrypt with a cost of ten, or takes longer to verify than bcrypt with the
 * cost of the stack.
 */
export type HashNote = 'cheap' | 'costly'

const PEPPERED = /^hmac-sha384-bcrypt:(\d{1,3}):(.+)$/s
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/
/** Django's own names in front of hashes that are otherwise as everywhere. */
const DJANGO_PREFIX = /^(?:argon2(?=\$argon2)|bcrypt\$(?=\$2))/
const MIN_COST = 4
/** Minimum of the OWASP Password Storage Cheat Sheet. */
const RECOMMENDED_COST = 10
/** How much of `ForeignHash.work` takes as long as a round of bcrypt: measured on a busy machine, which favors bcrypt. */
const WORK_PER_ROUND = { pbkdf2: 400, scrypt: 25, argon2: 25 }
/** `fillTime` always runs an eighth of a verification. */
const FILLABLE = 7 / 8

const EXPECTED =
  'expected bcrypt ($2a$, $2b$, $2y$), argon2 ($argon2id$, $argon2i$), pbkdf2_sha256$ of Django, $fbscrypt$ of Firebase, <salt>:<key> of better-auth, or Coatcheck’s own format'

/**
 * Validates a stored hash: one that other systems make, or Coatcheck's own. A login rehashes any of them with the current
 * format and cost. @throws LineFault for a hash that no login could verify, without the hash
 */
export function readHash(name: string, text: string, hashing: Hashing): { passwordHash: string; note?: HashNote } {
  const passwordHash = text.replace(DJANGO_PREFIX, '')
  const foreign = readForeignHash(passwordHash)
  const note = foreign ? noteOnForeign(name, foreign, hashing) : noteOnBcrypt(name, passwordHash, hashing)
  return { passwordHash, ...(note && { note }) }
}

function noteOnForeign(
  name: string,
  { algorithm, work, fault }: ForeignHash,
  { bcryptCost }: Hashing,
): HashNote | undefined {
  if (fault !== undefined) throw new LineFault(`${name}: ${fault}; leave the hash out and set a password instead`)
  const rounds = work / WORK_PER_ROUND[algorithm]
  if (rounds > FILLABLE * 2 ** bcryptCost) return 'costly'
  return rounds < 2 ** RECOMMENDED_COST ? 'cheap' : undefined
}

function noteOnBcrypt(
  name: string,
  passwordHash: string,
  { bcryptCost, pepperVersions }: Hashing,
): HashNote | undefined {
  const [, version, peppered] = PEPPERED.exec(passwordHash) ?? []
  const [, digits] = BCRYPT.exec(peppered ?? passwordHash) ?? []
  if (digits === undefined) throw new LineFault(`${name}: ${EXPECTED}`)
  if (version !== undefined && !pepperVersions.includes(Number(version)))
    throw new LineFault(
      `${name}: made with version ${version} of the pepper; this stack has ${pepperVersions.join(' and ')} (PASSWORD_PEPPER_VERSION)`,
    )
  const cost = Number(digits)
  if (cost < MIN_COST || cost > MAX_BCRYPT_COST)
    throw new LineFault(
      `${name}: bcrypt cost ${cost} is outside ${MIN_COST} to ${MAX_BCRYPT_COST}; leave the hash out and set a password instead`,
    )
  if (cost > bcryptCost) return 'costly'
  return cost < RECOMMENDED_COST ? 'cheap' : undefined
}
