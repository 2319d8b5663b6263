import type { ConfigReader } from '../config-reader.ts'
import { isScope, type Scope } from '../scope.ts'
import type { FactorKeys } from './sealed-secret.ts'

const MIN_SECRET_LENGTH = 32
/** Whoever holds these can take over accounts. */
const ADMINISTRATION = 'admin:read admin:write admin:revoke'

/** What the configuration says about second factors. */
export interface FactorConfig {
  /** The keys that seal the secrets of authenticator apps; only the functions that need them have them. */
  readonly factorKeys: FactorKeys | undefined
  /** Scopes that only sessions of two factors have. */
  readonly strongScopes: readonly Scope[]
}

/** Reads `FACTOR_KEY`, its version and the key before, and `STRONG_SCOPES`. */
export function readFactorConfig(read: ConfigReader, deployed: boolean, problems: string[]): FactorConfig {
  const current = read.secret('FACTOR_KEY', MIN_SECRET_LENGTH)
  const version = read.integer('FACTOR_KEY_VERSION', 1, 1, 999)
  const previous = read.secret('FACTOR_KEY_PREVIOUS', MIN_SECRET_LENGTH)
  if (previous && version === 1)
    problems.push('`FACTOR_KEY_PREVIOUS`: expected `FACTOR_KEY_VERSION` 2 or higher with it, got version 1')
  const listed = read.text('STRONG_SCOPES', deployed ? ADMINISTRATION : 'none', /\S/, 'scopes, or none')
  const names = listed === 'none' ? [] : listed.split(/[\s,]+/).filter((name) => name !== '')
  for (const name of names)
    if (!isScope(name)) problems.push(`\`STRONG_SCOPES\`: expected scopes, or none, got ${JSON.stringify(name)}`)
  return {
    factorKeys: current && { version, current, previous },
    strongScopes: names.filter(isScope),
  }
}
