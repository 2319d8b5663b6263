import type { Endpoints, Route } from './endpoints.ts'
import { isObject, problemOf, unreachable } from './problem.ts'

/** Where the service is, and how a call proves who it is for. */
export interface ClientOptions {
  /** The service's origin, as `https://auth.example.com`. Default: the page's own. */
  readonly baseUrl?: string | undefined
  /**
   * A bearer token, or where to find the present one: asked at every call. With this option no cookie is sent or kept,
   * be there a token or not. Default: the cookie, which a browser keeps by itself.
   */
  readonly token?: string | (() => string | undefined) | undefined
  /** Default: the global one. */
  readonly fetch?: typeof fetch | undefined
  /** After this long a call is given up. Default: 30, as API Gateway's. */
  readonly timeoutSeconds?: number | undefined
}

/** The names in a route's braces. */
type ParamOf<R extends string> = R extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamOf<Rest> : never

/** What a call of this route takes besides its name: just what the route does. */
export type Input<R extends Route> = { signal?: AbortSignal | undefined } & ([ParamOf<R>] extends [never]
  ? unknown
  : { params: Readonly<Record<ParamOf<R>, string>> }) &
  (Endpoints[R] extends { body: infer Body } ? { body: Body } : unknown) &
  (Endpoints[R] extends { query: infer Query } ? { query?: Query | undefined } : unknown)

/** The parsed answer of a route; `undefined` where it has none. */
export type Answer<R extends Route> = Endpoints[R]['answer']

/**
 * Calls a route.
 * @throws Problem for whatever is no success, and for no answer at all.
 * @throws the signal's reason when the caller's own signal aborts.
 * @throws TypeError for what must not be sent: a path parameter that names nothing, a token that is none.
 */
export type Client = <R extends Route>(
  route: R,
  ...input: Record<never, never> extends Input<R> ? [input?: Input<R>] : [input: Input<R>]
) => Promise<Answer<R>>

/** What any route may take. */
interface AnyInput {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | undefined>> | undefined
  readonly body?: Readonly<Record<string, unknown>>
  readonly signal?: AbortSignal | undefined
}

/** A client of one service. */
export function createClient(options: ClientOptions = {}): Client {
  const { baseUrl = '', token, timeoutSeconds = 30 } = options
  const cookie = baseUrl === '' ? 'same-origin' : 'include'

  async function call(route: string, { params = {}, query = {}, body, signal }: AnyInput = {}): Promise<unknown> {
    const [method = '', path = ''] = route.split(' ')
    const url = baseUrl.replace(/\/$/, '') + fill(path, params) + (urlEncoded(query) && `?${urlEncoded(query)}`)
    const timeout = AbortSignal.timeout(timeoutSeconds * 1000)
    const bearer = typeof token === 'function' ? token() : token
    const isForm = route === 'POST /auth/introspect'
    const init: RequestInit = {
      method,
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${sendable(bearer)}` }),
        ...(body && { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' }),
      },
      ...(body && { body: isForm ? urlEncoded(body as Record<string, string>) : JSON.stringify(body) }),
      credentials: token === undefined ? cookie : 'omit', // the service refuses both at once
      cache: 'no-store',
      redirect: 'error', // no route answers with one, and a credential goes nowhere else
      signal: AbortSignal.any(signal ? [signal, timeout] : [timeout]),
    }

    let response: Response
    let text: string
    try {
      response = await (options.fetch ?? fetch)(url, init)
      text = await response.text()
    } catch {
      signal?.throwIfAborted()
      throw unreachable()
    }
    const { status, ok, headers } = response
    if (status === 204) return undefined
    const answer = parsed(text)
    if (ok && answer) return answer
    throw problemOf(status, answer ?? {}, headers.get('retry-after'))
  }
  return call as Client
}

/** A path with its parameters in place. What is empty, or a step in the path, would lead to another route. */
function fill(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name] ?? ''
    if (/^\.{0,2}$/.test(value)) throw new TypeError(`${name} names nothing`)
    return encodeURIComponent(value)
  })
}

function urlEncoded(fields: Readonly<Record<string, string | undefined>>): string {
  const present = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined)
  return new URLSearchParams(present).toString()
}

/** An engine's own complaint of a header quotes it. */
function sendable(token: string): string {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new TypeError('The token is none')
  return token
}

/** `undefined` for what is no JSON object. */
function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
