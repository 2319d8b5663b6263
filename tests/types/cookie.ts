import type { SessionCookie } from '../../lib/http/cookie.ts'

// Compile-only: a session cookie that a browser would take from anywhere but this host over https.

export const cookie: SessionCookie = { name: '__Host-session', sameSite: 'lax' }
// @ts-expect-error without __Host- a neighbouring host can set it
export const plain: SessionCookie = { name: 'session', sameSite: 'lax' }
// @ts-expect-error __Secure- lets a Domain through
export const secure: SessionCookie = { name: '__Secure-session', sameSite: 'lax' }
// @ts-expect-error Secure is no choice
export const insecure: SessionCookie = { name: '__Host-session', sameSite: 'lax', secure: false }
// @ts-expect-error nor is HttpOnly
export const readable: SessionCookie = { name: '__Host-session', sameSite: 'lax', httpOnly: false }
// @ts-expect-error nor a Domain
export const wide: SessionCookie = { name: '__Host-session', sameSite: 'lax', domain: 'example.com' }
