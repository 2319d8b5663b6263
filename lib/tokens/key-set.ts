import type { Deadline } from '../deadline.ts'
import type { TokenKey } from './token-key.ts'

/** A set of public keys (RFC 7517 §5). */
export interface KeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

/**
 * Reads the public halves of keys, as services that verify tokens fetch them. One call for each key.
 * @throws UnavailableError if a key cannot be read
 */
export async function readKeySet(keys: readonly TokenKey[], deadline: Deadline): Promise<KeySet> {
  const entries = keys.map(async (key) => {
    const { kty, crv, x, y, n, e } = (await key.publicKey(deadline)).export({ format: 'jwk' })
    const numbers = kty === 'RSA' ? { n, e } : { crv, x, y }
    return { kty, ...numbers, kid: key.kid, alg: key.algorithm, use: 'sig' }
  })
  return { keys: await Promise.all(entries) }
}
