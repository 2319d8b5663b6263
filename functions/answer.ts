import { expiredCookie, type SessionCookie, sessionCookie } from '../lib/http/cookie.ts'
import type { CredentialKind } from '../lib/http/credentials.ts'
import type { HttpResponse } from '../lib/http/response.ts'
import type { CreatedSession } from '../lib/new-session.ts'

export function json(statusCode: number, value: object): HttpResponse {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

export function noContent(): HttpResponse {
  return { statusCode: 204, headers: {} }
}

/** A new session handed to its holder, in the cookie or in the body and never in both. */
export function withCredential(
  cookie: SessionCookie,
  kind: CredentialKind,
  { session, token }: CreatedSession,
  answer: object,
): HttpResponse {
  if (kind === 'bearer') return json(200, { ...answer, token: token.reveal() })
  return { ...json(200, answer), cookies: [sessionCookie(cookie, token, session.endsAt, session.createdAt)] }
}

/** The same answer, and the browser forgets the session's cookie. */
export function withExpiredCookie(response: HttpResponse, cookie: SessionCookie): HttpResponse {
  return { ...response, cookies: [expiredCookie(cookie)] }
}
