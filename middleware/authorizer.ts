import { startDeadline } from '../lib/deadline.ts'
import { type AnyCoatcheckError, CoatcheckError, UnauthenticatedError } from '../lib/errors.ts'
import { admit } from '../lib/http/admission.ts'
import { type AuthorizerContext, toAuthorizerContext, toRefusalContext } from '../lib/http/authorizer-context.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import { reportProblem } from '../lib/http/problem-entry.ts'
import { readRequest } from '../lib/http/request.ts'
import { jsonLog } from '../lib/log.ts'
import { writeMetrics } from '../lib/metrics.ts'
import { defaultSessions } from './default-stores.ts'
import { type AdmissionOptions, admissionRules, assertOptions } from './options.ts'
import { requestLog } from './request-log.ts'

export type { AuthorizerContext } from '../lib/http/authorizer-context.ts'
export { warmUp } from './warm-up.ts'

/** Options of `createAuthorizer`. Those that are left out come from environment variables (docs/configuration.md). */
export interface AuthorizerOptions extends AdmissionOptions {
  /**
   * What responds to a refusal. `gateway` (the default): API Gateway, with its own body. `handler`, only for HTTP APIs,
   * whose refusals cannot be customized: the authorizer allows the request with the refusal in its context, and
   * `requireSession({ from: 'authorizer' })` responds. A handler without that middleware would serve every request.
   */
  readonly refuse?: 'gateway' | 'handler' | undefined
}

/** The response to an HTTP API with payload 2.0 and simple responses. */
export interface SimpleResponse {
  readonly isAuthorized: boolean
  readonly context?: AuthorizerContext
}

/** The response to every other event source: an IAM policy. */
export interface PolicyResponse {
  readonly principalId: string
  readonly policyDocument: {
    readonly Version: '2012-10-17'
    readonly Statement: readonly [{ Action: 'execute-api:Invoke'; Effect: 'Allow' | 'Deny'; Resource: string }]
  }
  readonly context?: AuthorizerContext
}

/**
 * Creates the Lambda handler of a request authorizer, which checks sessions in front of an API for handlers in any
 * language. It responds in the format of the event source. Set the authorizer's result TTL to 0: API Gateway caches
 * results for 300 seconds by default and would serve them after a revocation.
 *
 * Cost: as `requireSession`. The handlers behind it use `requireSession({ from: 'authorizer' })`.
 * @returns a handler that throws `Unauthorized` for a 401, where the event source supports it, and UnavailableError if
 *   the datastore fails: API Gateway responds with 500, never with a denial
 * @throws TypeError on creation, naming the invalid option
 * @example
 * ```ts
 * import { createAuthorizer } from 'coatcheck/authorizer'
 *
 * export const handler = createAuthorizer({ scopes: ['orders:read'] })
 * ```
 */
export function createAuthorizer(
  options: AuthorizerOptions = {},
): (event: HttpEvent, context?: unknown) => Promise<SimpleResponse | PolicyResponse> {
  assertOptions('createAuthorizer', options, { refuse: ['gateway', 'handler'] })
  // Stryker disable next-line StringLiteral: every value other than the alternative selects the default
  const { refuse = 'gateway', trace, log: unbound = jsonLog } = options
  const rules = admissionRules(options, defaultSessions)
  return async (event, context) => {
    const http = readRequest(event)
    const log = requestLog(unbound, http, context)
    const allow = (passedOn: AuthorizerContext, principalId: string) =>
      isSimple(event) ? { isAuthorized: true, context: passedOn } : policy(event, 'Allow', principalId, passedOn)
    try {
      const check = () => admit(http, rules, startDeadline(), log)
      const admission = await (trace ? trace(check) : check())
      return allow(toAuthorizerContext(admission), admission.session.userId)
    } catch (error) {
      if (!(error instanceof CoatcheckError)) throw error
      reportProblem(error as AnyCoatcheckError, log)
      if (refuse === 'handler' && isHttpApi(event)) return allow(toRefusalContext(error), REFUSED_PRINCIPAL)
      if (error.code === 'unavailable') throw error
      if (isSimple(event)) return { isAuthorized: false }
      // API Gateway turns this exact message into a 401, a Deny into a 403. HTTP APIs with payload 1.0 do not.
      if (error instanceof UnauthenticatedError && !isHttpApi(event)) throw new Error('Unauthorized')
      return policy(event, 'Deny', REFUSED_PRINCIPAL)
    } finally {
      writeMetrics()
    }
  }
}

const REFUSED_PRINCIPAL = 'anonymous'
const isSimple = (event: HttpEvent | undefined) => event?.version === '2.0'
/** Events of REST and WebSocket APIs have no version. */
const isHttpApi = (event: HttpEvent | undefined) => isSimple(event) || event?.version === '1.0'
const STAGE_ARN = /^(arn:[\w-]+:execute-api:[\w-]*:\d*:[\w-]+\/[\w$-]+)(?:\/|$)/

/** A policy for the whole stage: cached, a policy for one method's ARN would refuse requests to other routes. */
function policy(
  event: HttpEvent,
  Effect: 'Allow' | 'Deny',
  principalId: string,
  context?: AuthorizerContext,
): PolicyResponse {
  const { methodArn } = event ?? {}
  // Stryker disable next-line ArrayDeclaration: the first element of the match is skipped
  const [, stage] = (typeof methodArn === 'string' && STAGE_ARN.exec(methodArn)) || []
  if (stage === undefined)
    throw new TypeError(
      'The event has no methodArn of an API. Deploy this function as the request authorizer of an API.',
    )
  return {
    principalId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: `${stage}/*` }],
    },
    ...(context === undefined ? {} : { context }),
  }
}
