import { expiredCookie, type SessionCookie, sessionCookie } from '../../lib/http/cookie.ts'
import type { CredentialKind } from '../../lib/http/credentials.ts'
import type { CreatedSession } from '../../lib/sessions/create-session.ts'
import type { JsonResponse } from './contract.ts'

export function json<const T extends object>(statusCode: number, value: T): JsonResponse<T> {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

export function noContent(): JsonResponse<undefined> {
  return { statusCode: 204, headers: {} }
}

/** A new session handed to its holder, in the cookie or in the body and never in both. */
export function withCredential<T extends object>(
  cookie: SessionCookie,
  kind: CredentialKind,
  { session, token }: CreatedSession,
  answer: T,
): JsonResponse<T & { token?: string }> {
  if (kind === 'bearer') return json<T & { token?: string }>(200, { ...answer, token: token.reveal() })
  return {
    ...json<T & { token?: string }>(200, answer),
    cookies: [sessionCookie(cookie, token, session.endsAt, session.createdAt)],
  }
}

/** The same answer, and the browser forgets the session's cookie. */
export function withExpiredCookie<T>(response: JsonResponse<T>, cookie: SessionCookie): JsonResponse<T> {
  return { ...response, cookies: [expiredCookie(cookie)] }
}
