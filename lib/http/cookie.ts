import { parseCookie, stringifySetCookie } from 'cookie'
import type { Secret } from '../secret.ts'
import type { EpochSeconds } from '../system.ts'

/** `__Host-` makes the browser insist on Secure, Path=/ and no Domain (RFC 6265bis §4.1.3.2): nothing to get wrong. */
export interface SessionCookie {
  readonly name: `__Host-${string}`
  readonly sameSite: 'lax' | 'strict' | 'none'
}

/** The session cookie, kept until the session's absolute end: set at creation and never on renewal. */
export function sessionCookie(cookie: SessionCookie, token: Secret, endsAt: EpochSeconds, now: EpochSeconds): string {
  return setCookie(cookie, token.reveal(), Math.max(0, endsAt - now))
}

/** Deletes it: the same name and attributes, no time left. */
export function expiredCookie(cookie: SessionCookie): string {
  return setCookie(cookie, '', 0)
}

function setCookie({ name, sameSite }: SessionCookie, value: string, maxAge: number): string {
  return stringifySetCookie({ name, value, maxAge, path: '/', httpOnly: true, secure: true, sameSite })
}

/** Every value of a cookie of exactly this name: the parser alone would keep the first and hide the others. */
export function cookieValues(pairs: readonly string[], name: string): string[] {
  const possible = pairs.filter((pair) => pair.includes(name)) // most are others, and need no parser
  return possible.flatMap((pair) => parseCookie(pair, { decode: (value) => value })[name] ?? [])
}
