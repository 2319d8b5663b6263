import type { UserContext } from '../middleware/load-user.ts'
import type { SessionContext } from '../middleware/session-middleware.ts'
import { type CheckOptions, type LoadingOptions, sessionCheck } from './session-check.ts'
import { addHeaders, readWebRequest, toWebResponse } from './web-request.ts'

export type { CredentialKind } from '../lib/http/credentials.ts'
export type { UserReader } from '../middleware/defaults.ts'
export type { SessionUser, UserContext } from '../middleware/load-user.ts'
export type { SessionContext } from '../middleware/session-middleware.ts'
export type { CheckOptions, LoadingOptions } from './session-check.ts'

/** A request that passed the check. */
export interface Checked extends SessionContext {
  /** Adds the CORS headers of this request to a response, for origins in `trustedOrigins`. */
  respond(response: Response): Response
}

/** Facts about a request that a `Request` does not have. */
export interface RequestSource {
  /** The client's address, for audit events. */
  readonly ip?: string | undefined
}

/** Checks the session of a request; see `createSessionCheck`. */
export type FetchCheck<Added = unknown> = (
  request: Request,
  source?: RequestSource,
) => Promise<Response | (Checked & Added)>

/**
 * Creates a check for web-standard requests, with the rules and refusals of `requireSession` in `coatcheck/middleware`. It
 * returns the session, or the response to send instead: an RFC 9457 problem, or the 204 of a CORS preflight. It does not
 * read the request's body.
 *
 * Cost: one strongly consistent read; per session a conditional write at most once in `SESSION_RENEW_SECONDS`; with
 * `loadUser` one strongly consistent read more. Runs in Lambda and on servers, with the AWS credentials and Region that
 * the AWS SDK finds.
 * @throws TypeError on creation, naming the invalid option
 * @example
 * ```ts
 * import { createSessionCheck } from 'coatcheck/fetch'
 *
 * const check = createSessionCheck({ scopes: ['notes:read'] })
 *
 * export async function handle(request: Request): Promise<Response> {
 *   const checked = await check(request)
 *   if (checked instanceof Response) return checked
 *   return checked.respond(Response.json({ hello: checked.session.userId }))
 * }
 * ```
 */
export function createSessionCheck(options: LoadingOptions): FetchCheck<UserContext>
export function createSessionCheck(options?: CheckOptions): FetchCheck<Partial<UserContext>>
export function createSessionCheck(options: CheckOptions = {}): FetchCheck<Partial<UserContext>> {
  const { check } = sessionCheck('createSessionCheck', options)
  return async (request, source) => {
    const result = await check(readWebRequest(request, source?.ip))
    if ('response' in result) return toWebResponse(result.response)
    return { ...result.context, respond: (response) => addHeaders(response, result.headers) }
  }
}

/** A handler of checked requests; `Route` is what the framework passes as the second argument. */
export type FetchHandler<Route, Added, Req extends Request = Request> = (
  request: Req,
  context: Route & SessionContext & Added,
) => Response | Promise<Response>

/**
 * Guards a handler of web-standard requests by `createSessionCheck`, adds the CORS headers to its response, and answers
 * preflights. Errors of Coatcheck that the handler throws become problems; other errors remain its own.
 * @throws TypeError on creation, naming the invalid option
 * @example
 * ```ts
 * import { withSession } from 'coatcheck/fetch'
 *
 * export default {
 *   fetch: withSession(async (_request, { session }) => Response.json({ hello: session.userId }), {
 *     scopes: ['notes:read'],
 *   }),
 * }
 * ```
 */
export function withSession<Route extends object = object, Req extends Request = Request>(
  handler: FetchHandler<Route, UserContext, Req>,
  options: LoadingOptions,
): (request: Req, route?: Route) => Promise<Response>
export function withSession<Route extends object = object, Req extends Request = Request>(
  handler: FetchHandler<Route, Partial<UserContext>, Req>,
  options?: CheckOptions,
): (request: Req, route?: Route) => Promise<Response>
export function withSession<Route extends object, Req extends Request>(
  handler: FetchHandler<Route, UserContext, Req>,
  options: CheckOptions = {},
): (request: Req, route?: Route) => Promise<Response> {
  if (typeof handler !== 'function')
    throw new TypeError('withSession: the first argument must be the handler, a function')
  const { check, refuse } = sessionCheck('withSession', options)
  return async (request, route) => {
    const http = readWebRequest(request)
    const result = await check(http)
    if ('response' in result) return toWebResponse(result.response)
    const context = { ...route, ...result.context } as Route & SessionContext & UserContext
    try {
      return addHeaders(await handler(request, context), result.headers)
    } catch (error) {
      return toWebResponse(refuse(error, http))
    }
  }
}
