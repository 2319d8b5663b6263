import type { Deadline } from '../deadline.ts'
import type { TokenKey } from './token-key.ts'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Signs claims as a JWS in the compact form (RFC 7515 §7.1). One call of the key.
 * @param typ what the text is, so that nothing takes it for another kind of token (RFC 8725 §3.11)
 * @throws UnavailableError if the key cannot be used
 */
export async function signJson(key: TokenKey, typ: string, claims: object, deadline: Deadline): Promise<string> {
  const text = `${encode({ alg: key.algorithm, typ, kid: key.kid })}.${encode(claims)}`
  return `${text}.${Buffer.from(await key.sign(text, deadline)).toString('base64url')}`
}
