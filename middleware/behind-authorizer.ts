import type { SessionFacts } from '../lib/http/authorizer-context.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import { installedDefaults } from './defaults.ts'
import { guardHandler, type LambdaHandler, type SessionHandler } from './guarded-handler.ts'
import type { Middleware } from './middy.ts'
import { type RequireSessionOptions, type SessionContext, sessionMiddleware } from './session-middleware.ts'

export type { SessionFacts } from '../lib/http/authorizer-context.ts'
export type { CredentialKind } from '../lib/http/credentials.ts'
export type { HttpEvent, HttpEventContext } from '../lib/http/event.ts'
export type { LambdaHandler, RefusalResponse, SessionHandler } from './guarded-handler.ts'
export type { LambdaContext, Middleware, MiddyHook, MiddyRequest } from './middy.ts'
export type { SessionContext } from './session-middleware.ts'

/** Options of the guards behind an authorizer. Those that are left out come from environment variables (docs/configuration.md). */
export type BehindAuthorizerOptions = Pick<
  RequireSessionOptions,
  | 'scopes'
  | 'assurance'
  | 'maxAgeSeconds'
  | 'sessions'
  | 'maxStalenessSeconds'
  | 'origin'
  | 'trustedOrigins'
  | 'cors'
  | 'allowedHeaders'
  | 'log'
  | 'trace'
>

/**
 * `requireSession({ from: 'authorizer' })` of `coatcheck/middleware` without the AWS SDK: a bundle with this entry point
 * is an eighth of the size. No reads and no writes. Messages of a WebSocket need the option `sessions`, because each
 * message checks the session again; without it they fail.
 * @throws TypeError on creation, naming the invalid option
 * @example
 * ```ts
 * import middy from '@middy/core'
 * import { requireSession } from 'coatcheck/behind-authorizer'
 *
 * export const handler = middy()
 *   .use(requireSession({ scopes: ['orders:read'] }))
 *   .handler(async (_event, { session }) => ({ statusCode: 200, body: `Hello, ${session.userId}.` }))
 * ```
 */
export function requireSession(
  options: BehindAuthorizerOptions = {},
): Middleware<HttpEvent, SessionContext<SessionFacts>> {
  return sessionMiddleware({ ...options, from: 'authorizer' }, { sessions: installedSessions, users: noTable })
}

/**
 * Guards a plain Lambda handler behind an authorizer, without the AWS SDK; see `requireSession`.
 * @throws TypeError on creation, naming the invalid option
 * @example
 * ```ts
 * import { withSession } from 'coatcheck/behind-authorizer'
 *
 * export const handler = withSession(
 *   async (_event, { session }) => ({ statusCode: 200, body: `Hello, ${session.userId}.` }),
 *   { scopes: ['orders:read'] },
 * )
 * ```
 */
export function withSession<Event extends HttpEvent, Result>(
  handler: SessionHandler<Event, SessionContext<SessionFacts>, Result>,
  options: BehindAuthorizerOptions = {},
): LambdaHandler<Event, Result> {
  return guardHandler('withSession', handler, requireSession(options))
}

const installedSessions = () => installedDefaults()?.sessions ?? noTable()

function noTable(): never {
  throw new TypeError(
    'A message of a WebSocket checks its session again, and coatcheck/behind-authorizer opens no table. Pass `sessions`, or use `requireSession({ from: "authorizer" })` of coatcheck/middleware.',
  )
}
