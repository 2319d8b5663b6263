import { checkedContext, setChecked } from './checked-requests.ts'
import { type NodeRequest, readNodeRequest } from './node-request.ts'
import { type CheckedContext, type CheckOptions, sessionCheck } from './session-check.ts'
import { mergeVary } from './web-request.ts'

export type { CredentialKind } from '../lib/http/credentials.ts'
export type { UserReader } from '../middleware/defaults.ts'
export type { SessionUser, UserContext } from '../middleware/load-user.ts'
export type { SessionContext } from '../middleware/session-middleware.ts'
export type { NodeRequest } from './node-request.ts'
export type { CheckedContext, CheckOptions } from './session-check.ts'

/** The parts of Fastify's request that the hook uses. */
export interface FastifyRequest {
  readonly raw: NodeRequest
  readonly ip: string
}

/** The parts of Fastify's reply that the hook uses. */
export interface FastifyReply {
  /** Sets the status. */
  code(status: number): unknown
  /** Sets a header. */
  header(name: string, value: string): unknown
  /** Reads a header that was set. */
  getHeader(name: string): unknown
  /** Sends the response. */
  send(body?: string): unknown
}

/**
 * A hook for Fastify's `onRequest` that admits only requests with a valid session; `sessionOf` returns it to the handlers.
 * It answers refusals itself and adds the CORS headers of trusted origins to each response. As a hook of the root instance
 * it also answers the preflights of trusted origins; in a plugin it sees them only if there is an `OPTIONS` route. Rules,
 * refusals and costs as of `createSessionCheck` in `coatcheck/fetch`.
 * @throws TypeError on creation, naming the invalid option
 * @example
 * ```ts
 * import { requireSession } from 'coatcheck/fastify'
 *
 * // app.addHook('onRequest', guard)
 * const guard = requireSession({ scopes: ['notes:read'] })
 * ```
 */
export function requireSession(
  options: CheckOptions = {},
): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  const { check } = sessionCheck('requireSession', options)
  return async (request, reply) => {
    const { method, url, headers: given, rawHeaders } = request.raw
    const result = await check(readNodeRequest({ method, url, headers: given, rawHeaders, ip: request.ip }))
    const headers = 'response' in result ? result.response.headers : result.headers
    for (const [name, value] of Object.entries(headers))
      reply.header(name, name === 'vary' ? mergeVary(String(reply.getHeader(name) ?? ''), value) : value)
    if ('response' in result) {
      reply.code(result.response.statusCode)
      reply.send(result.response.body)
      return reply
    }
    setChecked(request, result.context)
    return undefined
  }
}

/**
 * Returns the session of a request that `requireSession` has admitted, and with `loadUser` its user.
 * @throws TypeError if `requireSession` did not run for the request
 * @example
 * ```ts
 * import { sessionOf } from 'coatcheck/fastify'
 *
 * // app.get('/notes', listNotes)
 * const listNotes = async (request: object) => ({ hello: sessionOf(request).session.userId })
 * ```
 */
export function sessionOf(request: object): CheckedContext {
  return checkedContext(request)
}
