import type { SessionFacts } from '../lib/http/authorizer-context.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import { defaultSessions, defaultUsers } from './default-stores.ts'
import type { UserReader } from './defaults.ts'
import type { UserContext } from './load-user.ts'
import type { Middleware } from './middy.ts'
import { type RequireSessionOptions, type SessionContext, sessionMiddleware } from './session-middleware.ts'

export type { RequireSessionOptions, SessionContext } from './session-middleware.ts'

/**
 * A Middy middleware that admits only requests with a valid session and puts it on `context.session`. It finds the
 * cookie or bearer token (RFC 6750 §2.1), refuses a cookie on a cross-origin unsafe method (OWASP CSRF Prevention Cheat
 * Sheet), checks the session, compares scopes and renews. It responds to refusals with RFC 9457 problems: 401
 * `unauthenticated`, 403 `insufficient_scope` or `cross_origin`, 400 for two credentials, 503 if the datastore fails.
 * These responses, and those to other errors of Coatcheck, reach the client wherever the middleware stands in the chain.
 * Pages of `trustedOrigins` may read every response; preflights are answered with 204 (Fetch §4.9).
 *
 * Accepts events of HTTP APIs, REST APIs, Function URLs and load balancers, and responds in the format of each.
 * Cost: one strongly consistent read; per session a conditional write at most once in `SESSION_RENEW_SECONDS`; with
 * `loadUser` one strongly consistent read more. Behind an authorizer none, and one read for each message of a WebSocket.
 * @throws TypeError on creation, naming the invalid option
 * @example
 * ```ts
 * import middy from '@middy/core'
 * import { requireSession } from 'coatcheck/middleware'
 *
 * export const handler = middy()
 *   .use(requireSession({ scopes: ['notes:read'] }))
 *   .handler(async (_event, { session }) => ({ statusCode: 200, body: `Hello, ${session.userId}.` }))
 * ```
 */
export function requireSession(
  options: RequireSessionOptions & { readonly from: 'authorizer' },
): Middleware<HttpEvent, SessionContext<SessionFacts>>
export function requireSession(
  options: RequireSessionOptions & { readonly from?: 'request' | undefined; readonly loadUser: true | UserReader },
): Middleware<HttpEvent, SessionContext & UserContext>
export function requireSession(
  options?: RequireSessionOptions & { readonly from?: 'request' | undefined; readonly loadUser?: false | undefined },
): Middleware<HttpEvent, SessionContext>
export function requireSession(
  options: RequireSessionOptions & { readonly from?: 'request' | undefined },
): Middleware<HttpEvent, SessionContext & Partial<UserContext>>
export function requireSession(
  options: RequireSessionOptions,
): Middleware<HttpEvent, SessionContext<SessionFacts> & Partial<UserContext>>
export function requireSession(options: RequireSessionOptions = {}): Middleware<HttpEvent, SessionContext> {
  return sessionMiddleware(options, { sessions: defaultSessions, users: defaultUsers })
}
