import { startDeadline } from '../lib/deadline.ts'
import { type AnyCoatcheckError, CoatcheckError } from '../lib/errors.ts'
import { admit } from '../lib/http/admission.ts'
import { isPreflight } from '../lib/http/cors.ts'
import { problemResponse } from '../lib/http/problem.ts'
import { reportProblem } from '../lib/http/problem-entry.ts'
import type { HttpRequest } from '../lib/http/request.ts'
import type { HttpResponse } from '../lib/http/response.ts'
import { jsonLog } from '../lib/log.ts'
import { writeMetrics } from '../lib/metrics.ts'
import { CORS_OPTIONS, type CorsOptions, corsHeadersOf, preflightResponse } from '../middleware/cors.ts'
import { defaultSessions, defaultUsers } from '../middleware/default-stores.ts'
import type { UserReader } from '../middleware/defaults.ts'
import { LOAD_USER, loadUser, type UserContext, type UserOptions } from '../middleware/load-user.ts'
import { type AdmissionOptions, admissionRules, assertOptions } from '../middleware/options.ts'
import { requestIdOf, requestLog } from '../middleware/request-log.ts'
import type { SessionContext } from '../middleware/session-middleware.ts'

/** Options of the adapters' checks. Those that are left out come from environment variables (docs/configuration.md). */
export interface CheckOptions extends AdmissionOptions, UserOptions, CorsOptions {}

/** Options of a check that loads the user. */
export type LoadingOptions = CheckOptions & {
  /** `true` for the table `USERS_TABLE`, or a store. */
  readonly loadUser: true | UserReader
}

/** What a check adds to a request; `user` only with the option `loadUser`. */
export type CheckedContext = SessionContext & Partial<UserContext>

/** A request's check: the session, or the response to a refused request or to a CORS preflight. */
export type CheckResult =
  | { readonly response: HttpResponse }
  | {
      readonly context: CheckedContext
      /** The CORS headers of the response. */
      readonly headers: Readonly<Record<string, string>>
    }

/** The check of one set of options. */
export interface SessionCheck {
  /** Returns the session. @throws CoatcheckError for a request that is refused */
  admit(http: HttpRequest, lambda?: unknown): Promise<CheckedContext>
  /** Checks a request; `lambda` is Lambda's context, on a server `undefined`. */
  check(http: HttpRequest, lambda?: unknown): Promise<CheckResult>
  /** The response to an error of Coatcheck. @throws any other error */
  refuse(error: unknown, http: HttpRequest, lambda?: unknown): HttpResponse
}

/**
 * Creates the check that all adapters share, with the rules, costs and refusals of `requireSession`. For trusted origins
 * it also has the CORS headers of each response and answers preflights, which browsers send without credentials.
 * @throws TypeError naming the invalid option
 */
export function sessionCheck(caller: string, options: CheckOptions = {}): SessionCheck {
  assertOptions(caller, options, { ...CORS_OPTIONS, ...LOAD_USER })
  const { cors = true, log = jsonLog, trace } = options
  const rules = admissionRules(options, defaultSessions)
  const headersOf = (http: HttpRequest) => (cors ? corsHeadersOf(http, options) : {})

  function refuse(error: unknown, http: HttpRequest, lambda?: unknown): HttpResponse {
    if (!(error instanceof CoatcheckError)) throw error
    const problem = error as AnyCoatcheckError
    const requestId = requestIdOf(lambda)
    reportProblem(problem, requestLog(log, http, lambda, requestId))
    writeMetrics()
    const { headers, ...response } = problemResponse(problem, requestId)
    return { ...response, headers: { ...headers, ...headersOf(http) } }
  }

  async function admitChecked(http: HttpRequest, lambda?: unknown): Promise<CheckedContext> {
    const deadline = startDeadline()
    const check = async () => {
      const admission = await admit(http, rules, deadline, requestLog(log, http, lambda))
      return { ...admission, ...(await loadUser(options.loadUser, admission.session, deadline, defaultUsers)) }
    }
    const checked = await (trace ? trace(check) : check())
    writeMetrics()
    return { ...checked, deadline }
  }

  return {
    admit: admitChecked,
    refuse,
    async check(http, lambda) {
      const headers = headersOf(http)
      if (cors && isPreflight(http)) {
        const response = preflightResponse(http, options)
        return { response: { ...response, headers: { ...response.headers, ...headers } } }
      }
      try {
        return { context: await admitChecked(http, lambda), headers }
      } catch (error) {
        return { response: refuse(error, http, lambda) }
      }
    },
  }
}
