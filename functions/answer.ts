import { expiredCookie, type SessionCookie } from '../lib/http/cookie.ts'
import type { HttpResponse } from '../lib/http/response.ts'

export function json(statusCode: number, value: object): HttpResponse {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

export function noContent(): HttpResponse {
  return { statusCode: 204, headers: {} }
}

/** The same answer, and the browser forgets the session's cookie. */
export function withExpiredCookie(response: HttpResponse, cookie: SessionCookie): HttpResponse {
  return { ...response, cookies: [expiredCookie(cookie)] }
}
