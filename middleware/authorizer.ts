import { startDeadline } from '../lib/deadline.ts'
import { type AnyCoatcheckError, CoatcheckError, UnauthenticatedError } from '../lib/errors.ts'
import { admit } from '../lib/http/admission.ts'
import { type AuthorizerContext, toAuthorizerContext, toRefusalContext } from '../lib/http/authorizer-context.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import { problemEntry } from '../lib/http/problem-entry.ts'
import { readRequest } from '../lib/http/request.ts'
import { jsonLog } from '../lib/log.ts'
import { type AdmissionOptions, admissionRules, assertOptions } from './options.ts'
import { requestLog } from './request-log.ts'

export interface AuthorizerOptions extends AdmissionOptions {
  /**
   * Who answers a refusal. `gateway` (the default): API Gateway, with a body of its own. `handler`, for HTTP APIs, which
   * cannot shape one: the request is let through with the refusal in its context, and `requireSession({ from:
   * 'authorizer' })` in the handler answers. A handler without it would serve everybody.
   */
  readonly refuse?: 'gateway' | 'handler'
}

/** The answer of an HTTP API's authorizer, payload 2.0 with simple responses. */
export interface SimpleResponse {
  readonly isAuthorized: boolean
  readonly context?: AuthorizerContext
}

/** The answer to every other event source: an IAM policy. */
export interface PolicyResponse {
  readonly principalId: string
  readonly policyDocument: {
    readonly Version: '2012-10-17'
    readonly Statement: readonly [{ Action: 'execute-api:Invoke'; Effect: 'Allow' | 'Deny'; Resource: string }]
  }
  readonly context?: AuthorizerContext
}

/**
 * The Lambda handler of a request authorizer: one check in front of an API, for handlers in any language. It sees from
 * the event which event source asks and answers in its shape. Set its result TTL to 0: whatever API Gateway caches is
 * served after a revocation, for 300 seconds by default.
 *
 * Cost: as `requireSession`. Behind it handlers use `requireSession({ from: 'authorizer' })`.
 * @throws TypeError, when it is made, naming the option that is wrong. The handler throws `Unauthorized` for a 401
 *   where the event source knows it, and the UnavailableError of a datastore failure, which API Gateway makes a 500: it is
 *   never a Deny.
 */
export function createAuthorizer(
  options: AuthorizerOptions = {},
): (event: HttpEvent, context?: unknown) => Promise<SimpleResponse | PolicyResponse> {
  assertOptions('createAuthorizer', options, { refuse: ['gateway', 'handler'] })
  const { refuse = 'gateway', log: unbound = jsonLog } = options
  const rules = admissionRules(options)
  return async (event, context) => {
    const http = readRequest(event)
    const log = requestLog(unbound, http, context)
    const allow = (said: AuthorizerContext, principalId: string) =>
      isSimple(event) ? { isAuthorized: true, context: said } : policy(event, 'Allow', principalId, said)
    try {
      const admission = await admit(http, rules, startDeadline(), log)
      return allow(toAuthorizerContext(admission), admission.session.userId)
    } catch (error) {
      if (!(error instanceof CoatcheckError)) throw error
      const entry = problemEntry(error as AnyCoatcheckError)
      if (entry) log(entry)
      if (refuse === 'handler' && isHttpApi(event)) return allow(toRefusalContext(error), NOBODY)
      if (error.code === 'unavailable') throw error
      if (isSimple(event)) return { isAuthorized: false }
      // This exact message is a 401 where a Deny is a 403; the 1.0 format of an HTTP API does not know it.
      if (error instanceof UnauthenticatedError && !isHttpApi(event)) throw new Error('Unauthorized')
      return policy(event, 'Deny', NOBODY)
    }
  }
}

const NOBODY = 'nobody'
const isSimple = (event: HttpEvent | undefined) => event?.version === '2.0'
/** A REST API's and a WebSocket's event name no version. */
const isHttpApi = (event: HttpEvent | undefined) => isSimple(event) || event?.version === '1.0'
const STAGE_ARN = /^(arn:[\w-]+:execute-api:[\w-]*:\d*:[\w-]+\/[\w$-]+)(?:\/|$)/

/** For the whole stage: a policy of one method's ARN, where a cache keeps it, refuses the next route at random. */
function policy(
  event: HttpEvent,
  Effect: 'Allow' | 'Deny',
  principalId: string,
  context?: AuthorizerContext,
): PolicyResponse {
  const { methodArn } = event ?? {}
  const [, stage] = (typeof methodArn === 'string' && STAGE_ARN.exec(methodArn)) || []
  if (stage === undefined) throw new TypeError('The event has no methodArn of an API: is this an authorizer?')
  return {
    principalId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: `${stage}/*` }],
    },
    ...(context === undefined ? {} : { context }),
  }
}
