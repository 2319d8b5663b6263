import { type Deadline, startDeadline } from '../lib/deadline.ts'
import { admit } from '../lib/http/admission.ts'
import { isPreflight } from '../lib/http/cors.ts'
import type { CredentialKind } from '../lib/http/credentials.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import { shapeResponse } from '../lib/http/response.ts'
import { jsonLog } from '../lib/log.ts'
import { writeMetrics } from '../lib/metrics.ts'
import type { Session } from '../lib/session.ts'
import type { SessionChecks } from '../lib/sessions/session-checks.ts'
import { CORS_OPTIONS, type CorsOptions, corsHeadersOf, preflightResponse } from './cors.ts'
import type { UserReader } from './defaults.ts'
import { admitFromAuthorizer } from './from-authorizer.ts'
import { LOAD_USER, loadUser, type UserOptions } from './load-user.ts'
import type { Middleware, MiddyRequest } from './middy.ts'
import { type AdmissionOptions, admissionRules, assertOptions } from './options.ts'
import { ownResponse } from './own-response.ts'
import { answerProblem } from './problem-details.ts'
import { requestOf } from './request.ts'
import { requestLog } from './request-log.ts'

/** Options of `requireSession`. Those that are left out come from environment variables (docs/configuration.md). */
export interface RequireSessionOptions extends AdmissionOptions, UserOptions, CorsOptions {
  /**
   * `request` (the default) checks the request's credential. `authorizer` trusts the context of the API's authorizer
   * instead, and checks the session again for each message of a WebSocket; it cannot be combined with `loadUser`.
   */
  readonly from?: 'request' | 'authorizer' | undefined
}

/** The properties that `requireSession` adds to the handler's context. */
export interface SessionContext<Found = Session> {
  session: Found
  /** How the request presented the session. */
  credential: CredentialKind
  /** The rest of the request's datastore time, for the handler's own calls to Coatcheck. */
  deadline: Deadline
}

/** The tables that a middleware reads if its options name no other. */
export interface DefaultStores {
  sessions(): SessionChecks
  users(): UserReader
}

/**
 * The middleware of `requireSession`. Its module imports no AWS SDK, so that handlers behind an authorizer need none.
 * @throws TypeError naming the invalid option
 */
export function sessionMiddleware(
  options: RequireSessionOptions,
  defaults: DefaultStores,
): Middleware<HttpEvent, object> {
  assertOptions('requireSession', options, { from: ['request', 'authorizer'], ...CORS_OPTIONS, ...LOAD_USER })
  // Stryker disable next-line StringLiteral: every value other than the alternative selects the default
  const { from = 'request', cors = true, log = jsonLog, loadUser: users } = options
  if (from === 'authorizer' && users)
    throw new TypeError(
      'requireSession: `loadUser` requires the session itself. Use it with `from: request`, or read the user in the handler.',
    )
  const rules = admissionRules(options, defaults.sessions)
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
      const check = async () => {
        if (from === 'authorizer') return admitFromAuthorizer(event, http, rules, deadline)
        const admission = await admit(http, rules, deadline, requestLog(log, http, context))
        return { ...admission, ...(await loadUser(users, admission.session, deadline, defaults.users)) }
      }
      Object.assign(context, await (options.trace ? options.trace(check) : check()), { deadline })
      writeMetrics()
      return undefined
    },
    onError(request) {
      own(request) // `before` does not run if that of an earlier middleware throws
      answerProblem(request, log)
      writeMetrics()
    },
  }
}
