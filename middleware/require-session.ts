import { type Deadline, startDeadline } from '../lib/deadline.ts'
import { admit } from '../lib/http/admission.ts'
import type { SessionFacts } from '../lib/http/authorizer-context.ts'
import { isPreflight } from '../lib/http/cors.ts'
import type { CredentialKind } from '../lib/http/credentials.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import { shapeResponse } from '../lib/http/response.ts'
import { jsonLog } from '../lib/log.ts'
import type { Session } from '../lib/session.ts'
import { corsHeadersOf, isFieldNames, preflightResponse } from './cors.ts'
import { admitFromAuthorizer } from './from-authorizer.ts'
import type { Middleware, MiddyRequest } from './middy.ts'
import { type AdmissionOptions, admissionRules, assertOptions } from './options.ts'
import { ownResponse } from './own-response.ts'
import { answerProblem } from './problem-details.ts'
import { requestOf } from './request.ts'
import { requestLog } from './request-log.ts'

/** Options of `requireSession`. Those that are left out come from the environment variables of the README. */
export interface RequireSessionOptions extends AdmissionOptions {
  /**
   * `request` (the default) checks the request's credential. `authorizer` trusts the context of the API's authorizer
   * instead, and checks the session again for each message of a WebSocket.
   */
  readonly from?: 'request' | 'authorizer'
  /**
   * Whether pages of `trustedOrigins` may read the responses, and preflights are answered (CORS). Default: `true`.
   * `false` leaves CORS to the gateway or to another middleware.
   */
  readonly cors?: boolean
  /** The request headers that these pages may send, besides the default ones. Default: `CORS_ALLOWED_HEADERS`. */
  readonly allowedHeaders?: readonly string[]
}

/** The properties that `requireSession` adds to the handler's context. */
export interface SessionContext<Found = Session> {
  session: Found
  /** How the request presented the session. */
  credential: CredentialKind
  /** The rest of the request's datastore time, for the handler's own calls to Coatcheck. */
  deadline: Deadline
}

/**
 * A Middy middleware that admits only requests with a valid session and puts it on `context.session`. It finds the
 * cookie or bearer token (RFC 6750 §2.1), refuses a cookie on a cross-origin unsafe method (OWASP CSRF Prevention Cheat
 * Sheet), checks the session, compares scopes and renews. It responds to refusals with RFC 9457 problems: 401
 * `unauthenticated`, 403 `insufficient_scope` or `cross_origin`, 400 for two credentials, 503 if the datastore fails.
 * These responses, and those to other errors of Coatcheck, reach the client wherever the middleware stands in the chain.
 * Pages of `trustedOrigins` may read every response; preflights are answered with 204 (Fetch §4.9).
 *
 * Accepts events of HTTP APIs, REST APIs, Function URLs and load balancers, and responds in the format of each.
 * Cost: one strongly consistent read; per session a conditional write at most once in `SESSION_RENEW_SECONDS`. Behind an
 * authorizer none, and one read for each message of a WebSocket.
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
  options?: RequireSessionOptions & { readonly from?: 'request' },
): Middleware<HttpEvent, SessionContext>
export function requireSession(options: RequireSessionOptions): Middleware<HttpEvent, SessionContext<SessionFacts>>
export function requireSession(options: RequireSessionOptions = {}): Middleware<HttpEvent, SessionContext> {
  assertOptions('requireSession', options, {
    from: ['request', 'authorizer'],
    cors: [true, false],
    allowedHeaders: [isFieldNames, 'a list of header names'],
  })
  // Stryker disable next-line StringLiteral: every value other than the alternative selects the default
  const { from = 'request', cors = true, log = jsonLog } = options
  const rules = admissionRules(options)
  /** Messages of a WebSocket have no CORS. */
  const hasCors = ({ event }: MiddyRequest<HttpEvent>) => cors && event?.requestContext?.connectionId === undefined
  const own = (request: MiddyRequest<HttpEvent>) =>
    ownResponse(request, log, () => (hasCors(request) ? corsHeadersOf(requestOf(request), options) : {}))
  return {
    async before(request) {
      own(request)
      const { event, context } = request
      const http = requestOf(request)
      if (hasCors(request) && isPreflight(http)) return shapeResponse(event, preflightResponse(http, options))
      // Coatcheck's own routes have started a deadline, which may be longer than a check's.
      const { deadline: started } = context as Partial<SessionContext>
      const deadline = typeof started?.run === 'function' ? started : startDeadline()
      const check = async () =>
        from === 'authorizer'
          ? await admitFromAuthorizer(event, http, rules, deadline)
          : await admit(http, rules, deadline, requestLog(log, http, context))
      const admission = await (options.trace ? options.trace(check) : check())
      Object.assign(context, admission, { deadline })
      return undefined
    },
    onError(request) {
      own(request) // `before` does not run if that of an earlier middleware throws
      answerProblem(request, log)
    },
  }
}
