import { MAX_BCRYPT_COST } from '../../lib/passwords/password-hasher.ts'
import { LineFault } from './line-fault.ts'

/** Hash settings of the stack. */
export interface Hashing {
  readonly bcryptCost: number
  /** Versions of the configured peppers. */
  readonly pepperVersions: readonly number[]
}

/** A note on an accepted hash: its cost is below ten, or above the cost of the stack. */
export type HashNote = 'cheap' | 'costly'

const PEPPERED = /^hmac-sha384-bcrypt:(\d{1,3}):(.+)$/s
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/
const MIN_COST = 4
/** Minimum of the OWASP Password Storage Cheat Sheet. */
const RECOMMENDED_COST = 10

/**
 * Validates a stored hash: bcrypt as other systems store it, or Coatcheck's own format. A login rehashes either with
 * the current format and cost. @throws LineFault for a hash that no login could verify, without the hash.
 */
export function readHash(
  name: string,
  passwordHash: string,
  { bcryptCost, pepperVersions }: Hashing,
): { passwordHash: string; note?: HashNote } {
  const [, version, peppered] = PEPPERED.exec(passwordHash) ?? []
  const [, digits] = BCRYPT.exec(peppered ?? passwordHash) ?? []
  if (digits === undefined)
    throw new LineFault(`${name}: expected bcrypt ($2a$, $2b$ or $2y$) or Coatcheck’s own format`)
  if (version !== undefined && !pepperVersions.includes(Number(version)))
    throw new LineFault(
      `${name}: made with version ${version} of the pepper; this stack has ${pepperVersions.join(' and ')} (PASSWORD_PEPPER_VERSION)`,
    )
  const cost = Number(digits)
  if (cost < MIN_COST || cost > MAX_BCRYPT_COST)
    throw new LineFault(
      `${name}: bcrypt cost ${cost} is outside ${MIN_COST} to ${MAX_BCRYPT_COST}; leave the hash out and set a password instead`,
    )
  if (cost > bcryptCost) return { passwordHash, note: 'costly' }
  return cost < RECOMMENDED_COST ? { passwordHash, note: 'cheap' } : { passwordHash }
}
