import { parseCookie, stringifySetCookie } from 'cookie'
import type { Secret } from '../secret.ts'
import type { EpochSeconds } from '../system.ts'

/** With the prefix `__Host-` browsers require Secure, Path=/ and no Domain (RFC 6265bis §4.1.3.2). */
export interface SessionCookie {
  readonly name: `__Host-${string}`
  readonly sameSite: 'lax' | 'strict' | 'none'
}

/**
 * The `Set-Cookie` headers of a new session: its cookie, kept until the absolute timeout, which renewals do not set again,
 * and before it the deletion of a partitioned cookie of the same name.
 */
export function sessionCookies(
  cookie: SessionCookie,
  token: Secret,
  endsAt: EpochSeconds,
  now: EpochSeconds,
): string[] {
  return withoutPartitioned(cookie, setCookie(cookie, token.reveal(), Math.max(0, endsAt - now)))
}

/** The name of the cookie by which a browser that asked for a mailed code is known again. */
export const codeCookieName = ({ name }: SessionCookie): `__Host-${string}` => `${name}-code`

/** The `Set-Cookie` headers of a browser that asks for a mailed code. */
export function codeCookies(cookie: SessionCookie, secret: Secret, seconds: number): string[] {
  const own = { ...cookie, name: codeCookieName(cookie) }
  return withoutPartitioned(own, setCookie(own, secret.reveal(), seconds))
}

/** The `Set-Cookie` headers that delete that cookie. */
export const expiredCodeCookies = (cookie: SessionCookie): string[] =>
  expiredCookies({ ...cookie, name: codeCookieName(cookie) })

/** The name of the cookie by which a browser continues a sign-in at a provider with its second factor. */
export const challengeCookieName = ({ name }: SessionCookie): `__Host-${string}` => `${name}-challenge`

/** The `Set-Cookie` headers of a sign-in at a provider that needs a second factor. */
export function challengeCookies(cookie: SessionCookie, secret: Secret, seconds: number): string[] {
  const own = { ...cookie, name: challengeCookieName(cookie) }
  return withoutPartitioned(own, setCookie(own, secret.reveal(), seconds))
}

/** The `Set-Cookie` headers that delete that cookie. */
export const expiredChallengeCookies = (cookie: SessionCookie): string[] =>
  expiredCookies({ ...cookie, name: challengeCookieName(cookie) })

/** The `Set-Cookie` headers that delete the session cookie and a partitioned cookie of the same name. */
export function expiredCookies(cookie: SessionCookie): string[] {
  return withoutPartitioned(cookie, setCookie(cookie, '', 0))
}

/**
 * Browsers keep partitioned cookies (CHIPS) apart, so a page of the host can set one beside ours, and a request with both
 * is refused. It is deleted first: browsers without partitions ignore the attribute and would delete ours.
 */
function withoutPartitioned(cookie: SessionCookie, ours: string): string[] {
  return [setCookie(cookie, '', 0, true), ours]
}

function setCookie({ name, sameSite }: SessionCookie, value: string, maxAge: number, partitioned = false): string {
  return stringifySetCookie({ name, value, maxAge, path: '/', httpOnly: true, secure: true, sameSite, partitioned })
}

/** All values of the cookie with this name; `parseCookie` alone keeps only the first. */
export function cookieValues(pairs: readonly string[], name: string): string[] {
  // Stryker disable next-line MethodExpression: only saves time, the parser finds nothing in the other pairs
  const possible = pairs.filter((pair) => pair.includes(name)) // most requests have other cookies too
  return possible.flatMap((pair) => parseCookie(pair, { decode: (value) => value })[name] ?? [])
}
