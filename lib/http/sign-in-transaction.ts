import { stringifySetCookie } from 'cookie'
import type { SignInSecrets } from '../identity/sign-in-secrets.ts'
import type { EpochSeconds } from '../system.ts'
import { cookieValues } from './cookie.ts'
import type { HttpRequest } from './request.ts'

// The browser keeps a sign-in at a provider between its start and its callback, in one cookie: no row is written for a
// visitor. A provider that posts its response is answered by a redirect to the same route, so that the browser sends the
// cookie although it is `SameSite=Lax`. The cookie binds the callback to the browser that has started (RFC 9700 §2.1.1); it is no credential of a user,
// and whoever changes it changes a sign-in of their own.

/** What a sign-in at a provider is for: a session, a further identity of the account, or a session that is recent. */
export type SignInPurpose = 'sign_in' | 'link' | 'reauthenticate'

const PURPOSES: readonly string[] = ['sign_in', 'link', 'reauthenticate'] satisfies SignInPurpose[]

/** A sign-in that has started at a provider. */
export interface SignInTransaction extends SignInSecrets {
  readonly provider: string
  readonly purpose: SignInPurpose
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

/** The `Set-Cookie` header of a sign-in that starts; it replaces one that was started before. */
export function transactionCookie(transaction: SignInTransaction): string {
  const { provider, purpose, state, nonce, verifier, returnTo, startedAt, maxAge } = transaction
  const text = JSON.stringify([provider, purpose, state, nonce, verifier, returnTo, startedAt, maxAge ?? null])
  return setCookie(Buffer.from(text).toString('base64url'), MAX_AGE_SECONDS)
}

/** The `Set-Cookie` header that ends a sign-in, whatever its outcome: a callback is answered once. */
export const endedTransactionCookie = (): string => setCookie('', 0)

function setCookie(value: string, maxAge: number): string {
  return stringifySetCookie({ name: NAME, value, maxAge, path: '/', httpOnly: true, secure: true, sameSite: 'lax' })
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
  if (!Array.isArray(parts) || parts.length !== 8) return undefined
  const [of, purpose, state, nonce, verifier, returnTo, startedAt, maxAge] = parts as unknown[]
  if (of !== provider || !isPurpose(purpose) || typeof returnTo !== 'string' || !isAge(startedAt)) return undefined
  if (!isSecret(state) || !isSecret(nonce) || !isSecret(verifier)) return undefined
  if (startedAt > now || now - startedAt > MAX_AGE_SECONDS) return undefined
  const transaction = { provider, purpose, state, nonce, verifier, returnTo, startedAt }
  return isAge(maxAge) ? { ...transaction, maxAge } : transaction
}

const isPurpose = (value: unknown): value is SignInPurpose => PURPOSES.includes(value as string)
const isSecret = (value: unknown): value is string => typeof value === 'string' && TEXT.test(value)
const isAge = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
