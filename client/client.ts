import type { Endpoints, Route } from './endpoints.ts'
import { isObject, parseProblem, unreachableProblem } from './problem.ts'
import {
  acceptedOptions,
  assertRequest,
  isMistake,
  isRedirect,
  startTimeout,
  throwIfAborted,
  urlEncoded,
} from './transport.ts'

/** Where the service is, and how requests authenticate. */
export interface ClientOptions {
  /** The service's origin, such as `https://auth.example.com`. Default: the origin of the page. */
  readonly baseUrl?: string | undefined
  /**
   * A bearer token, or a function that returns the current one and runs on every call. If set, the client neither sends
   * nor stores cookies, even while the function returns `undefined`. Default: the session cookie, kept by the browser.
   */
  readonly token?: string | (() => string | undefined) | undefined
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined
  /** How long a call may take. Default: 30, the longest time that API Gateway waits. */
  readonly timeoutSeconds?: number | undefined
}

/** The names of the path parameters in a route. */
type ParamOf<R extends string> = R extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamOf<Rest> : never

/** The second argument of a call: the path parameters, body, query and preference that the route takes, and no other fields. */
export type Input<R extends Route> = { signal?: AbortSignal | undefined } & ([ParamOf<R>] extends [never]
  ? unknown
  : { params: Readonly<Record<ParamOf<R>, string>> }) &
  (Endpoints[R] extends { body: infer Body } ? { body: Body } : unknown) &
  (Endpoints[R] extends { query: infer Query } ? { query?: Query | undefined } : unknown) &
  (Endpoints[R] extends { prefer: infer Preference } ? { prefer?: Preference | undefined } : unknown)

/** The parsed response body of a route; `undefined` if the response has none. */
export type ResponseBody<R extends Route> = Endpoints[R]['response']

/**
 * Calls a route and returns its response body.
 * @throws Problem for any response other than a success, and if there is no response.
 * @throws the signal's reason if the caller's own signal aborts.
 * @throws TypeError before anything is sent, if a path parameter is empty, `.` or `..`, the token contains characters that
 * no header may contain, or `baseUrl` is missing or invalid.
 * @throws the error of the given `fetch` if it is a mistake in code, such as a ReferenceError.
 */
export type Client = <R extends Route>(
  route: R,
  ...input: Record<never, never> extends Input<R> ? [input?: Input<R>] : [input: Input<R>]
) => Promise<ResponseBody<R>>

/** The widest input: of any route. */
interface AnyInput {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | undefined>> | undefined
  readonly body?: Readonly<Record<string, unknown>>
  readonly prefer?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Creates a typed client of one Coatcheck service, for browsers, Node, Deno, Bun, Cloudflare Workers and React Native. It
 * never follows redirects and never caches.
 * @returns a function that takes a route by its name, such as `GET /auth/session`.
 * @example
 * ```ts
 * import { createClient } from 'coatcheck/client'
 *
 * const coatcheck = createClient({ baseUrl: 'https://auth.example.com' })
 * const { user } = await coatcheck('POST /auth/login', {
 *   body: { email: 'ada@example.com', password: 'correct horse battery staple' },
 * })
 * const { sessions } = await coatcheck('GET /auth/sessions')
 * console.log(user.id, sessions.length)
 * ```
 */
export function createClient(options: ClientOptions = {}): Client {
  const { baseUrl = '', token, timeoutSeconds = 30 } = options
  const cookie = baseUrl === '' ? 'same-origin' : 'include'

  async function call(
    route: string,
    { params = {}, query = {}, body, prefer, signal }: AnyInput = {},
  ): Promise<unknown> {
    const [method = '', path = ''] = route.split(' ')
    const url = baseUrl.replace(/\/$/, '') + fillPath(path, params) + (urlEncoded(query) && `?${urlEncoded(query)}`)
    const bearer = typeof token === 'function' ? token() : token
    const isForm = route === 'POST /auth/introspect'
    const init: RequestInit = {
      method,
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${assertToken(bearer)}` }),
        ...(prefer && { prefer }),
        ...(body && { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' }),
      },
      ...(body && { body: isForm ? urlEncoded(body as Record<string, string>) : JSON.stringify(body) }),
      ...acceptedOptions({
        credentials: token === undefined ? cookie : 'omit', // the service rejects a request with both credentials
        cache: 'no-store',
        redirect: 'error', // no route redirects, and a credential must not go anywhere else
      }),
    }
    if (!options.fetch) assertRequest(url, init)
    throwIfAborted(signal)
    const timeout = startTimeout(signal, timeoutSeconds)
    let response: Response
    let text: string
    try {
      response = await (options.fetch ?? fetch)(url, { ...init, signal: timeout.signal })
      text = await response.text()
    } catch (error) {
      throwIfAborted(signal)
      throw isMistake(error) ? error : unreachableProblem()
    } finally {
      timeout.stop()
    }
    const { status, ok, headers } = response
    if (isRedirect(response)) throw unreachableProblem()
    if (status === 204 || (status === 202 && text === '')) return undefined
    const parsed = parseObject(text)
    if (ok && parsed) return parsed
    throw parseProblem(status, parsed ?? {}, headers.get('retry-after'))
  }
  return call as Client
}

/** Fills in path parameters. An empty value or a dot segment would change the path to that of another route. */
function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name] ?? ''
    if (/^\.{0,2}$/.test(value)) throw new TypeError(`The path parameter ${name} is "${value}": pass an id`)
    return encodeURIComponent(value)
  })
}

/** Checks the token here, because the error of `fetch` for an invalid header contains its value. */
function assertToken(token: string): string {
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new TypeError('The token is empty or contains invalid characters: pass it as the login returned it')
  return token
}

/** Returns `undefined` for text that is not a JSON object. */
function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
