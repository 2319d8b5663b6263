import { InvalidRequestError, UnauthenticatedError } from '../errors.ts'
import { cookieValues } from './cookie.ts'
import type { HttpRequest } from './request.ts'

/** The credentials of a request, not yet verified. */
export interface Credentials {
  /** The value of every session cookie. */
  readonly cookies: readonly string[]
  /** The token of every `Authorization: Bearer`; event sources join repeated headers by commas. */
  readonly bearers: readonly string[]
  /** The number of Authorization headers of any scheme, well-formed or not. */
  readonly authorizations: number
}

/** How a request presents a session: in the session cookie or as a bearer token. */
export type CredentialKind = 'cookie' | 'bearer'

/** Finds all credentials, well-formed or not, in the cookies of this name and in Authorization; nowhere else. */
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
 * Returns the only credential of a request.
 * @throws UnauthenticatedError without a credential, or with another scheme than Bearer.
 * @throws InvalidRequestError for two credentials (RFC 6750 §2) and for a repeated cookie: a neighbouring host can
 *   influence the order of cookies (RFC 6265bis §8.6).
 */
export function soleCredential(credentials: Credentials): { kind: CredentialKind; token: string } {
  const { cookies, bearers, authorizations } = credentials
  if (cookies.length > 0 && authorizations > 0)
    throw new InvalidRequestError(
      'The request has both a session cookie and an Authorization header. Send only one credential.',
    )
  if (cookies.length > 1)
    throw new InvalidRequestError(
      'The request has the session cookie more than once. Delete the cookies and sign in again.',
    )
  if (authorizations > 1)
    throw new InvalidRequestError('The request has more than one Authorization header. Send only one credential.')
  const [cookie] = cookies
  if (cookie !== undefined) return { kind: 'cookie', token: cookie }
  const [bearer] = bearers
  if (bearer !== undefined) return { kind: 'bearer', token: bearer }
  throw new UnauthenticatedError(authorizations > 0)
}
