import type { HttpEvent } from '../lib/http/event.ts'
import { readRequest } from '../lib/http/request.ts'
import type { UserContext } from '../middleware/load-user.ts'
import type { SessionContext } from '../middleware/session-middleware.ts'
import { type CheckOptions, sessionCheck } from './session-check.ts'
import { addHeaders, toWebResponse } from './web-request.ts'

export type { CredentialKind } from '../lib/http/credentials.ts'
export type { HttpEvent, HttpEventContext } from '../lib/http/event.ts'
export type { UserReader } from '../middleware/defaults.ts'
export type { SessionUser, UserContext } from '../middleware/load-user.ts'
export type { SessionContext } from '../middleware/session-middleware.ts'
export type { CheckOptions } from './session-check.ts'

/**
 * What `requireSession` puts into the request's store, for `new Router<{ store: { request: RequestStore } }>()`; `user`
 * only with `loadUser`.
 */
export type RequestStore = {
  // an interface has no index signature
  [Name in keyof (SessionContext & UserContext)]: (SessionContext & UserContext)[Name]
}

/** The parts of the event handler's request context that the middleware uses. */
export interface RequestContext {
  readonly event: HttpEvent
  readonly context: unknown
  res: Response
  /** Stores a value for the handler. */
  set(name: 'session', value: SessionContext['session']): void
}

/**
 * A middleware for the HTTP event handler of Powertools for AWS Lambda that admits only requests with a valid session and
 * puts `session`, `credential` and `deadline`, and with `loadUser` also `user`, into the request's store. It answers
 * refusals and the preflights of trusted origins itself, and adds the CORS headers of trusted origins to each response.
 * Rules, refusals and costs as of `requireSession` in `coatcheck/middleware`.
 * @throws TypeError on creation, naming the invalid option
 * @example
 * ```ts
 * import { requireSession } from 'coatcheck/powertools'
 *
 * // const app = new Router()
 * // app.use(guard)
 * // app.get('/notes', ({ get }) => ({ hello: get('session')?.userId ?? null }))
 * const guard = requireSession({ scopes: ['notes:read'] })
 * ```
 */
export function requireSession(
  options: CheckOptions = {},
): (request: { reqCtx: RequestContext; next: () => Promise<unknown> }) => Promise<Response | undefined> {
  const { check } = sessionCheck('requireSession', options)
  return async ({ reqCtx, next }) => {
    const result = await check(readRequest(reqCtx.event), reqCtx.context)
    if ('response' in result) return toWebResponse(result.response)
    for (const [name, value] of Object.entries(result.context))
      reqCtx.set(name as 'session', value as SessionContext['session'])
    await next()
    reqCtx.res = addHeaders(reqCtx.res, result.headers)
    return undefined
  }
}
