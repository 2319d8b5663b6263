import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkedContext, setChecked } from './checked-requests.ts'
import { readNodeRequest, setNodeHeaders } from './node-request.ts'
import { type CheckedContext, type CheckOptions, sessionCheck } from './session-check.ts'

export type { CredentialKind } from '../lib/http/credentials.ts'
export type { UserReader } from '../middleware/defaults.ts'
export type { SessionUser, UserContext } from '../middleware/load-user.ts'
export type { SessionContext } from '../middleware/session-middleware.ts'
export type { CheckedContext, CheckOptions } from './session-check.ts'

/** A request of Express, or of Node.js; `ip` is Express's, according to its setting `trust proxy`. */
export type ExpressRequest = IncomingMessage & { readonly originalUrl?: string; readonly ip?: string | undefined }

/**
 * An Express middleware that admits only requests with a valid session; `sessionOf` returns it to the handlers. It
 * answers refusals and the preflights of trusted origins itself, and adds the CORS headers of trusted origins to each
 * response. Rules, refusals and costs as of `createSessionCheck` in `coatcheck/fetch`. Works with Express 5, and
 * with other frameworks whose middlewares take Node.js's request and response.
 * @throws TypeError on creation, naming the invalid option
 * @example
 * ```ts
 * import { requireSession } from 'coatcheck/express'
 *
 * // app.use('/notes', guard)
 * const guard = requireSession({ scopes: ['notes:read'] })
 * ```
 */
export function requireSession(
  options: CheckOptions = {},
): (req: ExpressRequest, res: ServerResponse, next: (error?: unknown) => void) => Promise<void> {
  const { check } = sessionCheck('requireSession', options)
  return async (req, res, next) => {
    try {
      const result = await check(readNodeRequest(req))
      if ('response' in result) {
        const { statusCode, headers, body } = result.response
        setNodeHeaders(res, headers)
        res.statusCode = statusCode
        res.end(body)
        return
      }
      setNodeHeaders(res, result.headers)
      setChecked(req, result.context)
    } catch (error) {
      next(error) // not every framework awaits its middlewares
      return
    }
    next()
  }
}

/**
 * Returns the session of a request that `requireSession` has admitted, and with `loadUser` its user.
 * @throws TypeError if `requireSession` did not run for the request
 * @example
 * ```ts
 * import type { IncomingMessage, ServerResponse } from 'node:http'
 * import { sessionOf } from 'coatcheck/express'
 *
 * // app.get('/notes', listNotes)
 * const listNotes = (req: IncomingMessage, res: ServerResponse) => res.end(`Hello, ${sessionOf(req).session.userId}.`)
 * ```
 */
export function sessionOf(req: object): CheckedContext {
  return checkedContext(req)
}
