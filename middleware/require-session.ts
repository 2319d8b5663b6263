import { type Deadline, startDeadline } from '../lib/deadline.ts'
import { admit } from '../lib/http/admission.ts'
import type { SessionFacts } from '../lib/http/authorizer-context.ts'
import type { CredentialKind } from '../lib/http/credentials.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import { jsonLog } from '../lib/log.ts'
import type { Session } from '../lib/session.ts'
import { admitFromAuthorizer } from './from-authorizer.ts'
import type { Middleware } from './middy.ts'
import { type AdmissionOptions, admissionRules, assertOptions } from './options.ts'
import { answerProblem } from './problem-details.ts'
import { requestOf } from './request.ts'
import { requestLog } from './request-log.ts'

export interface RequireSessionOptions extends AdmissionOptions {
  /**
   * `request` (the default) looks the session up. `authorizer` trusts what the authorizer in front of the API has put
   * into the request context, and only that; a WebSocket's messages it looks up again.
   */
  readonly from?: 'request' | 'authorizer'
}

/** What the handler finds on its context. */
export interface SessionContext<Found = Session> {
  session: Found
  /** How the session was presented. */
  credential: CredentialKind
  /** What is left of the request's datastore time, for the handler's own calls to Coatcheck. */
  deadline: Deadline
}

/**
 * Lets only requests with a live session through, and puts it on `context.session`. One middleware, so that there is
 * no order to get wrong: it finds the cookie or the bearer token, refuses a cookie on an unsafe method from elsewhere,
 * looks the session up, compares scopes, renews. Refusals are answered as RFC 9457 problems: 401 `unauthenticated`,
 * 403 `insufficient_scope` or `cross_origin`, 400 for two credentials at once, 503 when the datastore fails.
 *
 * Takes events of HTTP APIs, REST APIs, Function URLs and load balancers, and answers each in its own shape.
 * Cost: one strongly consistent read; a conditional write at most once in `SESSION_RENEW_SECONDS` a session. Behind an
 * authorizer none, and one read for each message of a WebSocket.
 * @throws TypeError, when it is made, naming the option that is wrong.
 */
export function requireSession(
  options: RequireSessionOptions & { readonly from: 'authorizer' },
): Middleware<HttpEvent, SessionContext<SessionFacts>>
export function requireSession(
  options?: RequireSessionOptions & { readonly from?: 'request' },
): Middleware<HttpEvent, SessionContext>
export function requireSession(options: RequireSessionOptions): Middleware<HttpEvent, SessionContext<SessionFacts>>
export function requireSession(options: RequireSessionOptions = {}): Middleware<HttpEvent, SessionContext> {
  assertOptions('requireSession', options, { from: ['request', 'authorizer'] })
  const { from = 'request', log = jsonLog } = options
  const rules = admissionRules(options)
  return {
    async before(request) {
      const { event, context } = request
      const http = requestOf(request)
      // One that is there already was started by our own routes, which may have more time than a check.
      const { deadline: started } = context as Partial<SessionContext>
      const deadline = typeof started?.run === 'function' ? started : startDeadline()
      const admission =
        from === 'authorizer'
          ? await admitFromAuthorizer(event, http, rules, deadline)
          : await admit(http, rules, deadline, requestLog(log, http, context))
      Object.assign(context, admission, { deadline })
    },
    onError: (request) => answerProblem(request, log),
  }
}
