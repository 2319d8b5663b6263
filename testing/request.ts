/** A client's request, independent of the event source. */
export interface TestRequest {
  /** Default: `GET`. */
  readonly method?: string
  /** The path with the query, such as `/notes?tag=home`. Default: `/`. */
  readonly path?: string
  /** An array repeats the header. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** `name=value` pairs, in addition to those of a `cookie` header. */
  readonly cookies?: readonly string[]
  /** A string is sent as it is, any other value as JSON. */
  readonly body?: unknown
  /** The values of the path's parameters, which are not derived from `path`. */
  readonly pathParameters?: Readonly<Record<string, string>>
}

/** A request to an API that can have an authorizer. */
export interface AuthorizedRequest extends TestRequest {
  /** The authorizer's context, as `signIn` returns it. */
  readonly authorizer?: Readonly<Record<string, unknown>>
}

/** The values of each name, in order. */
export type Values = ReadonlyMap<string, readonly string[]>

/** The parts of a request that every event source represents in its own way. */
export interface Parts {
  readonly method: string
  readonly path: string
  readonly rawQuery: string
  /** Decoded. */
  readonly query: Values
  /** By name as sent, without cookies. */
  readonly headers: Values
  readonly cookies: readonly string[]
  readonly userAgent: string
  readonly body: string | undefined
}

/** The source address of every request, one reserved for documentation (RFC 5737). */
export const SOURCE_IP = '192.0.2.1'
/** The AWS account in ARNs. */
export const ACCOUNT = '123456789012'
/** The AWS region in names and ARNs. */
export const REGION = 'eu-central-1'

/** Splits a request into its parts; `host` is the domain name of the event source. */
export function takeApart({ method = 'GET', path: target = '/', body, ...request }: TestRequest, host: string): Parts {
  const [path = '', ...query] = target.split('?')
  const rawQuery = query.join('?')
  const isText = body === undefined || typeof body === 'string'
  const headers = mergeHeaders(
    { accept: '*/*', host, 'user-agent': 'test' },
    { 'x-forwarded-for': SOURCE_IP, 'x-forwarded-port': '443', 'x-forwarded-proto': 'https' },
    isText ? {} : { 'content-type': 'application/json' },
    request.headers ?? {},
  )
  const valuesOf = (wanted: string) =>
    [...headers].flatMap(([name, values]) => (name.toLowerCase() === wanted ? values : []))
  return {
    method: method.toUpperCase(),
    path,
    rawQuery,
    query: groupValues(new URLSearchParams(rawQuery)),
    headers: new Map([...headers].filter(([name]) => name.toLowerCase() !== 'cookie')),
    cookies: [...valuesOf('cookie').flatMap((line) => line.split(/; */)), ...(request.cookies ?? [])],
    userAgent: last(valuesOf('user-agent')),
    body: isText ? body : JSON.stringify(body),
  }
}

/** Groups values by name, in the order they were sent. */
export function groupValues(pairs: Iterable<[name: string, value: string]>): Values {
  const groups = Map.groupBy(pairs, ([name]) => name)
  return new Map([...groups].map(([name, group]) => [name, group.map(([, value]) => value)]))
}

/** Reduces the values of each name by `pick`. */
export function record<T>(values: Values, pick: (values: readonly string[]) => T): Record<string, T> {
  return Object.fromEntries([...values].map(([name, all]) => [name, pick(all)]))
}

/** For event sources with one value per name: the last one sent. */
export const last = (values: readonly string[]): string => values.at(-1) ?? ''
/** For event sources with all values. */
export const all = (values: readonly string[]): string[] => [...values]

/** The headers with the cookies in one of them. */
export function withCookieHeader({ headers, cookies }: Parts, name: string): Values {
  return cookies.length === 0 ? headers : new Map([...headers, [name, [cookies.join('; ')]]])
}

/** Merges headers by name without case; later lists replace earlier values. */
function mergeHeaders(...lists: Readonly<Record<string, string | readonly string[]>>[]): Values {
  const merged = new Map<string, [name: string, values: readonly string[]]>()
  for (const [name, value] of lists.flatMap((list) => Object.entries(list)))
    merged.set(name.toLowerCase(), [name, typeof value === 'string' ? [value] : value])
  return new Map(merged.values())
}
