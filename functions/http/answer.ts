import { expiredCookies, type SessionCookie, sessionCookies } from '../../lib/http/cookie.ts'
import type { CredentialKind } from '../../lib/http/credentials.ts'
import type { CreatedSession } from '../../lib/sessions/create-session.ts'
import type { JsonResponse } from './contract.ts'

/** A JSON response; its type keeps the body's type for the client's contract. */
export function json<const T extends object>(statusCode: number, value: T): JsonResponse<T> {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

/** A 202 response: what was asked for happens later, if at all; the response does not tell. */
export function accepted(): JsonResponse<undefined> {
  return { statusCode: 202, headers: {} }
}

/** A 204 response. */
export function noContent(): JsonResponse<undefined> {
  return { statusCode: 204, headers: {} }
}

/** A response that hands over a new session's token, either in the cookie or in the body. */
export function withCredential<T extends object>(
  cookie: SessionCookie,
  kind: CredentialKind,
  { session, token }: CreatedSession,
  answer: T,
): JsonResponse<T & { token?: string }> {
  if (kind === 'bearer') return json<T & { token?: string }>(200, { ...answer, token: token.reveal() })
  return {
    ...json<T & { token?: string }>(200, answer),
    cookies: sessionCookies(cookie, token, session.endsAt, session.createdAt),
  }
}

/** The same response, which also deletes the browser's session cookie. */
export function withExpiredCookie<T>(response: JsonResponse<T>, cookie: SessionCookie): JsonResponse<T> {
  return { ...response, cookies: expiredCookies(cookie) }
}
