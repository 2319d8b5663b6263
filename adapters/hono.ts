import type { HttpEvent } from '../lib/http/event.ts'
import { type HttpRequest, readRequest } from '../lib/http/request.ts'
import type { UserContext } from '../middleware/load-user.ts'
import type { SessionContext } from '../middleware/session-middleware.ts'
import { type CheckOptions, sessionCheck } from './session-check.ts'
import { mergeVary, readWebRequest, toWebResponse } from './web-request.ts'

export type { CredentialKind } from '../lib/http/credentials.ts'
export type { UserReader } from '../middleware/defaults.ts'
export type { SessionUser, UserContext } from '../middleware/load-user.ts'
export type { SessionContext } from '../middleware/session-middleware.ts'
export type { CheckOptions } from './session-check.ts'

/** The variables that `requireSession` sets; `user` only with `loadUser`. */
export type SessionVariables = SessionContext & UserContext

/** The parts of Hono's `Context` that the middleware uses. */
export interface HonoContext {
  readonly req: { readonly raw: Request }
  readonly res: Response
  readonly env: unknown
  /** Sets a variable for the handlers. */
  set<Name extends 'session' | 'credential' | 'deadline'>(name: Name, value: SessionContext[Name]): void
  /** Sets a header of the response. */
  header(name: string, value: string): void
}

/**
 * A Hono middleware that admits only requests with a valid session and sets the variables `session`, `credential` and
 * `deadline`, and with `loadUser` also `user`. It answers refusals and the preflights of trusted origins itself, and adds
 * the CORS headers of trusted origins to each response. Rules, refusals and costs as of `createSessionCheck` in
 * `coatcheck/fetch`. Runs on `@hono/node-server` and in Lambda.
 * @throws TypeError on creation, naming the invalid option
 * @example
 * ```ts
 * import { requireSession } from 'coatcheck/hono'
 *
 * // const app = new Hono<{ Variables: SessionVariables }>()
 * // app.use('/notes/*', guard)
 * // app.get('/notes', (c) => c.json({ hello: c.get('session').userId }))
 * const guard = requireSession({ scopes: ['notes:read'] })
 * ```
 */
export function requireSession(
  options: CheckOptions = {},
): (c: HonoContext, next: () => Promise<void>) => Promise<Response | undefined> {
  const { check } = sessionCheck('requireSession', options)
  return async (c, next) => {
    const { http, lambda } = readHono(c)
    const result = await check(http, lambda)
    if ('response' in result) return toWebResponse(result.response)
    for (const [name, value] of Object.entries(result.context))
      c.set(name as 'session', value as SessionContext['session'])
    await next()
    for (const [name, value] of Object.entries(result.headers))
      c.header(name, name === 'vary' ? mergeVary(c.res.headers.get(name), value) : value)
    return undefined
  }
}

/** In Lambda the event has more than Hono's request: repeated headers, and the client's address. */
function readHono({ req, env }: HonoContext): { http: HttpRequest; lambda?: unknown } {
  const { incoming, event, lambdaContext } = (env ?? {}) as {
    incoming?: { socket?: { remoteAddress?: string } }
    event?: HttpEvent
    lambdaContext?: unknown
  }
  return typeof event?.requestContext === 'object'
    ? { http: readRequest(event), lambda: lambdaContext }
    : { http: readWebRequest(req.raw, incoming?.socket?.remoteAddress) }
}
