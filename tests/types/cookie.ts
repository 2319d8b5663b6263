import type { SessionCookie } from '../../lib/http/cookie.ts'

// Compile-only: session cookies that other hosts or plain HTTP could set.

export const cookie: SessionCookie = { name: '__Host-session', sameSite: 'lax' }
// @ts-expect-error without __Host- a neighbouring host can set it
export const plain: SessionCookie = { name: 'session', sameSite: 'lax' }
// @ts-expect-error __Secure- lets a Domain through
export const secure: SessionCookie = { name: '__Secure-session', sameSite: 'lax' }
// @ts-expect-error Secure cannot be disabled
export const insecure: SessionCookie = { name: '__Host-session', sameSite: 'lax', secure: false }
// @ts-expect-error HttpOnly cannot be disabled
export const readable: SessionCookie = { name: '__Host-session', sameSite: 'lax', httpOnly: false }
// @ts-expect-error Domain cannot be set
export const wide: SessionCookie = { name: '__Host-session', sameSite: 'lax', domain: 'example.com' }
