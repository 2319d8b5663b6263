import { UnauthenticatedError } from '../lib/errors.ts'
import type { UserContext } from '../middleware/load-user.ts'
import type { SessionContext } from '../middleware/session-middleware.ts'
import { type CheckOptions, type LoadingOptions, sessionCheck } from './session-check.ts'
import { readWebRequest } from './web-request.ts'

export * from './fetch.ts'

/** Reads the session of the request that is being rendered; see `createSessionReader`. */
export type SessionReader<Added> = (headers: Headers, method?: string) => Promise<(SessionContext & Added) | undefined>

/**
 * Creates a reader of sessions for server components and server actions, which see only the request's headers. Route
 * handlers use `withSession`, and the proxy `createSessionCheck`; both are exported here, too. Check in every component
 * and action that needs a session: the proxy alone does not protect them.
 *
 * Cost: as `createSessionCheck`, with each call. React's `cache` shares a call among the components of a request.
 * @returns a reader that takes `await headers()` and returns `undefined` without a valid session. Give it the method
 *   `POST` in an action that a form without JavaScript can call, so that a cookie on a cross-origin request is refused; it
 *   recognizes other actions. It throws InsufficientScopeError, CrossOriginError, InvalidRequestError for two credentials,
 *   and UnavailableError if the datastore fails.
 * @throws TypeError on creation, naming the invalid option
 * @example
 * ```ts
 * import { createSessionReader } from 'coatcheck/next'
 *
 * // import { headers } from 'next/headers'
 * // const session = await readSession(await headers())
 * // if (!session) redirect('/login')
 * const readSession = createSessionReader({ scopes: ['notes:read'] })
 * ```
 */
export function createSessionReader(options: LoadingOptions): SessionReader<UserContext>
export function createSessionReader(options?: CheckOptions): SessionReader<Partial<UserContext>>
export function createSessionReader(options: CheckOptions = {}): SessionReader<Partial<UserContext>> {
  const { admit } = sessionCheck('createSessionReader', options)
  return async (headers, method = isAction(headers) ? 'POST' : 'GET') => {
    try {
      return await admit(readWebRequest({ method, url: '/', headers }))
    } catch (error) {
      if (error instanceof UnauthenticatedError) return undefined
      throw error
    }
  }
}

/** Next.js calls a server action by a `POST` with this header, which other sites can send only after a preflight. */
const isAction = (headers: Headers) => headers.has('next-action')
