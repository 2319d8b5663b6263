import { InvalidRequestError, UnauthenticatedError } from '../errors.ts'
import { cookieValues } from './cookie.ts'
import type { HttpRequest } from './request.ts'

/** What a request presented, before anybody knows whether it is good. */
export interface Credentials {
  /** The value of every cookie of the session's name. */
  readonly cookies: readonly string[]
  /** The token of every `Authorization: Bearer`; a header repeated arrives joined by commas. */
  readonly bearers: readonly string[]
  /** How many Authorization headers there are, of any scheme, well-formed or not. */
  readonly authorizations: number
}

export type CredentialKind = 'cookie' | 'bearer'

/** Everything presented, well-formed or not. Reads the cookie of this name and Authorization, and nothing else. */
export function findCredentials(request: HttpRequest, cookieName: string): Credentials {
  const authorization = request.header('authorization')
  const parts = authorization === undefined ? [] : authorization.split(',')
  return {
    cookies: cookieValues(request.cookies, cookieName),
    bearers: parts.flatMap((part) => /^\s*bearer +(\S+)\s*$/i.exec(part)?.[1] ?? []),
    authorizations: parts.length,
  }
}

/**
 * The one credential of a request.
 * @throws UnauthenticatedError when there is none, or one of another scheme.
 * @throws InvalidRequestError for two at once (RFC 6750 §2) and for a cookie sent twice: which one counts must not
 *   depend on an order that a neighbouring host can influence (RFC 6265bis §8.6).
 */
export function soleCredential(credentials: Credentials): { kind: CredentialKind; token: string } {
  const { cookies, bearers, authorizations } = credentials
  if (cookies.length > 0 && authorizations > 0)
    throw new InvalidRequestError('The request has both a session cookie and an Authorization header: send one.')
  if (cookies.length > 1)
    throw new InvalidRequestError('The session cookie is there twice: delete the cookies and sign in.')
  if (authorizations > 1) throw new InvalidRequestError('The request has two Authorization headers: send one.')
  const [cookie] = cookies
  if (cookie !== undefined) return { kind: 'cookie', token: cookie }
  const [bearer] = bearers
  if (bearer !== undefined) return { kind: 'bearer', token: bearer }
  throw new UnauthenticatedError(authorizations > 0)
}
