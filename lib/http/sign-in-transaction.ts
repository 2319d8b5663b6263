import { stringifySetCookie } from 'cookie'
import type { SignInSecrets } from '../identity/sign-in-secrets.ts'
import type { EpochSeconds } from '../system.ts'
import { cookieValues } from './cookie.ts'
import type { HttpRequest } from './request.ts'

// The browser keeps a sign-in at a provider between its start and its callback, in one cookie: no row is written for a
// visitor. The cookie binds the callback to the browser that has started (RFC 9700 §2.1.1); it is no credential of a user,
// and whoever changes it changes a sign-in of their own.

/** A sign-in that has started at a provider. */
export interface SignInTransaction extends SignInSecrets {
  readonly provider: string
  /** Where the sign-in ends, as `returnAddress` has allowed it; allowed again when it ends. */
  readonly returnTo: string
  readonly startedAt: EpochSeconds
  /** What the start has asked the provider for, and the callback therefore checks. */
  readonly maxAge?: number
}

const NAME = '__Host-coatcheck-sign-in'
/** A person may have to find a second factor at the provider. */
const MAX_AGE_SECONDS = 600
const TEXT = /^[\w-]{43}$/

/**
 * The `Set-Cookie` header of a sign-in that starts; it replaces one that was started before.
 * @param crossSite whether the provider posts its response as a form, which a browser sends without `SameSite=Lax` cookies
 */
export function transactionCookie(transaction: SignInTransaction, crossSite: boolean): string {
  const { provider, state, nonce, verifier, returnTo, startedAt, maxAge } = transaction
  const text = JSON.stringify([provider, state, nonce, verifier, returnTo, startedAt, maxAge ?? null])
  return setCookie(Buffer.from(text).toString('base64url'), MAX_AGE_SECONDS, crossSite)
}

/** The `Set-Cookie` header that ends a sign-in, whatever its outcome: a callback is answered once. */
export const endedTransactionCookie = (crossSite: boolean): string => setCookie('', 0, crossSite)

function setCookie(value: string, maxAge: number, crossSite: boolean): string {
  const sameSite = crossSite ? ('none' as const) : ('lax' as const)
  return stringifySetCookie({ name: NAME, value, maxAge, path: '/', httpOnly: true, secure: true, sameSite })
}

/**
 * The sign-in that a browser has started at this provider; `undefined` if it has started none, another one, or one long
 * ago, or sends the cookie twice.
 */
export function readTransaction(
  { cookies }: Pick<HttpRequest, 'cookies'>,
  provider: string,
  now: EpochSeconds,
): SignInTransaction | undefined {
  const [value, ...others] = cookieValues(cookies, NAME)
  if (value === undefined || others.length > 0) return undefined
  const parts = parseJson(Buffer.from(value, 'base64url').toString())
  if (!Array.isArray(parts) || parts.length !== 7) return undefined
  const [of, state, nonce, verifier, returnTo, startedAt, maxAge] = parts as unknown[]
  if (of !== provider || typeof returnTo !== 'string' || !isAge(startedAt)) return undefined
  if (!isSecret(state) || !isSecret(nonce) || !isSecret(verifier)) return undefined
  if (startedAt > now || now - startedAt > MAX_AGE_SECONDS) return undefined
  const transaction = { provider, state, nonce, verifier, returnTo, startedAt }
  return isAge(maxAge) ? { ...transaction, maxAge } : transaction
}

const isSecret = (value: unknown): value is string => typeof value === 'string' && TEXT.test(value)
const isAge = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
