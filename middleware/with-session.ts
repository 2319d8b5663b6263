import type { SessionFacts } from '../lib/http/authorizer-context.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import { defaultSessions, defaultUsers } from './default-stores.ts'
import type { UserReader } from './defaults.ts'
import { guardHandler, type LambdaHandler, type SessionHandler } from './guarded-handler.ts'
import type { UserContext } from './load-user.ts'
import { type RequireSessionOptions, type SessionContext, sessionMiddleware } from './session-middleware.ts'

/**
 * Guards a plain Lambda handler as `requireSession` guards a Middy handler: with the same options, event sources,
 * refusals and costs. The handler receives `session`, `credential` and `deadline` on Lambda's context. Errors of
 * Coatcheck that it throws become problems, too; other errors remain its own.
 * @throws TypeError on creation, naming the invalid option
 * @example
 * ```ts
 * import { withSession } from 'coatcheck/middleware'
 *
 * export const handler = withSession(
 *   async (_event, { session }) => ({ statusCode: 200, body: `Hello, ${session.userId}.` }),
 *   { scopes: ['notes:read'] },
 * )
 * ```
 */
export function withSession<Event extends HttpEvent, Result>(
  handler: SessionHandler<Event, SessionContext<SessionFacts>, Result>,
  options: RequireSessionOptions & { readonly from: 'authorizer' },
): LambdaHandler<Event, Result>
export function withSession<Event extends HttpEvent, Result>(
  handler: SessionHandler<Event, SessionContext & UserContext, Result>,
  options: RequireSessionOptions & { readonly from?: 'request' | undefined; readonly loadUser: true | UserReader },
): LambdaHandler<Event, Result>
export function withSession<Event extends HttpEvent, Result>(
  handler: SessionHandler<Event, SessionContext, Result>,
  options?: RequireSessionOptions & { readonly from?: 'request' | undefined; readonly loadUser?: false | undefined },
): LambdaHandler<Event, Result>
export function withSession<Event extends HttpEvent, Result>(
  handler: SessionHandler<Event, SessionContext & Partial<UserContext>, Result>,
  options: RequireSessionOptions & { readonly from?: 'request' | undefined },
): LambdaHandler<Event, Result>
export function withSession<Event extends HttpEvent, Result>(
  handler: SessionHandler<Event, SessionContext<SessionFacts> & Partial<UserContext>, Result>,
  options: RequireSessionOptions,
): LambdaHandler<Event, Result>
export function withSession<Event extends HttpEvent, Result>(
  handler: SessionHandler<Event, SessionContext & UserContext, Result>,
  options: RequireSessionOptions = {},
): LambdaHandler<Event, Result> {
  return guardHandler(
    'withSession',
    handler,
    sessionMiddleware(options, { sessions: defaultSessions, users: defaultUsers }),
  )
}
