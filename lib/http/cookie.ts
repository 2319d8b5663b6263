import { parseCookie, stringifySetCookie } from 'cookie'
import type { Secret } from '../secret.ts'
import type { EpochSeconds } from '../system.ts'

/** With the prefix `__Host-` browsers require Secure, Path=/ and no Domain (RFC 6265bis §4.1.3.2). */
export interface SessionCookie {
  readonly name: `__Host-${string}`
  readonly sameSite: 'lax' | 'strict' | 'none'
}

/** The `Set-Cookie` of a new session, kept until the absolute timeout; renewals do not set it again. */
export function sessionCookie(cookie: SessionCookie, token: Secret, endsAt: EpochSeconds, now: EpochSeconds): string {
  return setCookie(cookie, token.reveal(), Math.max(0, endsAt - now))
}

/** The `Set-Cookie` that deletes the session cookie. */
export function expiredCookie(cookie: SessionCookie): string {
  return setCookie(cookie, '', 0)
}

function setCookie({ name, sameSite }: SessionCookie, value: string, maxAge: number): string {
  return stringifySetCookie({ name, value, maxAge, path: '/', httpOnly: true, secure: true, sameSite })
}

/** All values of the cookie with this name; `parseCookie` alone keeps only the first. */
export function cookieValues(pairs: readonly string[], name: string): string[] {
  // Stryker disable next-line MethodExpression: only saves time, the parser finds nothing in the other pairs
  const possible = pairs.filter((pair) => pair.includes(name)) // most requests have other cookies too
  return possible.flatMap((pair) => parseCookie(pair, { decode: (value) => value })[name] ?? [])
}
