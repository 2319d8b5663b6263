import { InvalidRequestError, UnauthenticatedError } from '../errors.ts'
import { cookieValues } from './cookie.ts'
import type { HttpRequest } from './request.ts'

/** The credentials of a request, not yet verified. */
export interface Credentials {
  /** The value of every session cookie. */
  readonly cookies: readonly string[]
  /** The token of every `Authorization: Bearer`; event sources join repeated headers by commas. */
  readonly bearers: readonly string[]
  /** The number of `Authorization: Bearer` values, well-formed or not. Other schemes are no credentials of ours. */
  readonly authorizations: number
}

/** How a request presents a session: in the session cookie or as a bearer token. */
export type CredentialKind = 'cookie' | 'bearer'

const BEARER = /^\s*bearer(\s|$)/i
/** A scheme with its credentials, or a parameter of the scheme before it (RFC 9110 §11.4). */
const OTHER_SCHEME = /^\s*[\w!#$%&'*+.^`|~-]+( +\S|\s*=)/

/** Finds all credentials, well-formed or not, in the cookies of this name and in Authorization; nowhere else. */
export function findCredentials(request: HttpRequest, cookieName: string): Credentials {
  const parts = request.header('authorization')?.split(',') ?? []
  const bearers = parts.filter((part) => BEARER.test(part))
  // Beside a bearer token only a header of another scheme is ignored: anything else belongs to a malformed token.
  const malformed = bearers.length > 0 ? parts.filter((part) => !BEARER.test(part) && !OTHER_SCHEME.test(part)) : []
  return {
    cookies: cookieValues(request.cookies, cookieName),
    bearers: bearers.flatMap((part) => /^\s*bearer +(\S+)\s*$/i.exec(part)?.[1] ?? []),
    authorizations: bearers.length + malformed.length,
  }
}

const invalidCredentials = (message: string) => new InvalidRequestError(message, [], true)

/** A browser sends one or two. Each costs a read, which a caller without an account must not multiply. */
const MAX_REVOKED_CREDENTIALS = 4

/**
 * The distinct tokens whose sessions a logout or a sign-in revokes.
 * @throws InvalidRequestError for more than four: a logout that left one out must not report success.
 */
export function revocableTokens({ cookies, bearers }: Pick<Credentials, 'cookies' | 'bearers'>): string[] {
  const tokens = [...new Set([...cookies, ...bearers])]
  if (tokens.length > MAX_REVOKED_CREDENTIALS)
    throw invalidCredentials(`The request has ${tokens.length} credentials. Send at most ${MAX_REVOKED_CREDENTIALS}.`)
  return tokens
}

/**
 * Returns the only credential of a request.
 * @throws UnauthenticatedError without a credential; Authorization of another scheme than Bearer is ignored.
 * @throws InvalidRequestError for two credentials (RFC 6750 §2) and for a repeated cookie: a neighbouring host can
 *   influence the order of cookies (RFC 6265bis §8.6).
 */
export function soleCredential(credentials: Credentials): { kind: CredentialKind; token: string } {
  const { cookies, bearers, authorizations } = credentials
  if (cookies.length > 0 && authorizations > 0)
    throw invalidCredentials('The request has both a session cookie and a bearer token. Send only one credential.')
  if (cookies.length > 1)
    throw invalidCredentials(
      'The request has the session cookie more than once. Sign out, or sign in again: both remove the other cookie.',
    )
  if (authorizations > 1)
    throw invalidCredentials('The request has more than one bearer token. Send only one credential.')
  const [cookie] = cookies
  if (cookie !== undefined) return { kind: 'cookie', token: cookie }
  const [bearer] = bearers
  if (bearer !== undefined) return { kind: 'bearer', token: bearer }
  throw new UnauthenticatedError(authorizations > 0)
}
