import { MAX_BCRYPT_COST } from '../../lib/passwords/password-hasher.ts'
import { LineFault } from './line-fault.ts'

/** How the stack hashes. */
export interface Hashing {
  readonly bcryptCost: number
  /** Of the peppers it has. */
  readonly pepperVersions: readonly number[]
}

/** Of a hash that is taken: it costs less than ten, or more than this stack's own. */
export type HashNote = 'cheap' | 'costly'

const PEPPERED = /^hmac-sha384-bcrypt:(\d{1,3}):(.+)$/s
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/
const MIN_COST = 4
/** OWASP Password Storage: the least there should be. */
const DECENT_COST = 10

/**
 * Checks a stored hash: bcrypt as other systems store it, or Coatcheck's own form. A login brings either to the present
 * form and cost. @throws LineFault for one that no login could verify; never repeats it.
 */
export function readHash(
  passwordHash: string | undefined,
  { bcryptCost, pepperVersions }: Hashing,
): { passwordHash: string | undefined; note?: HashNote } {
  if (passwordHash === undefined) return { passwordHash }
  const [, version, peppered] = PEPPERED.exec(passwordHash) ?? []
  const [, digits] = BCRYPT.exec(peppered ?? passwordHash) ?? []
  if (digits === undefined)
    throw new LineFault('passwordHash: expected bcrypt ($2a$, $2b$ or $2y$) or Coatcheck’s own form')
  if (version !== undefined && !pepperVersions.includes(Number(version)))
    throw new LineFault(
      `passwordHash: made with version ${version} of the pepper, which PASSWORD_PEPPER_VERSION does not name here`,
    )
  const cost = Number(digits)
  if (cost < MIN_COST || cost > MAX_BCRYPT_COST)
    throw new LineFault(
      `passwordHash: bcrypt of cost ${cost}, where ${MIN_COST} to ${MAX_BCRYPT_COST} is taken; leave it out and set a password instead`,
    )
  if (cost > bcryptCost) return { passwordHash, note: 'costly' }
  return cost < DECENT_COST ? { passwordHash, note: 'cheap' } : { passwordHash }
}
