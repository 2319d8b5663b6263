/** What a client sends, whatever stands in front of the handler. */
export interface TestRequest {
  /** Default: `GET`. */
  readonly method?: string
  /** With its query, as in `/notes?tag=home`. Default: `/`. */
  readonly path?: string
  /** A list sends the header several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** `name=value` pairs, besides those of a `cookie` header. */
  readonly cookies?: readonly string[]
  /** A text as it is, anything else as JSON. */
  readonly body?: unknown
  /** What the route's pattern took out of the path. */
  readonly pathParameters?: Readonly<Record<string, string>>
}

/** The same where an authorizer can stand in front. */
export interface AuthorizedRequest extends TestRequest {
  /** What it said, as `signIn` returns it. */
  readonly authorizer?: Readonly<Record<string, unknown>>
}

/** Every value of a name, in order. */
export type Values = ReadonlyMap<string, readonly string[]>

/** The parts of a request, which every event source arranges in its own way. */
export interface Parts {
  readonly method: string
  readonly path: string
  readonly rawQuery: string
  /** Decoded. */
  readonly query: Values
  /** By name as sent; cookies are apart. */
  readonly headers: Values
  readonly cookies: readonly string[]
  readonly userAgent: string
  readonly body: string | undefined
}

/** Where every request comes from, an address of documentation (RFC 5737). */
export const SOURCE_IP = '192.0.2.1'
/** Whose APIs these are, in names and ARNs. */
export const ACCOUNT = '123456789012'
/** And where they are. */
export const REGION = 'eu-central-1'

/** Takes a request apart; `host` is the name that the event source answers to. */
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

/** Values by name, in the order they were sent. */
export function groupValues(pairs: Iterable<[name: string, value: string]>): Values {
  const groups = Map.groupBy(pairs, ([name]) => name)
  return new Map([...groups].map(([name, group]) => [name, group.map(([, value]) => value)]))
}

/** Each name with what `pick` makes of its values. */
export function record<T>(values: Values, pick: (values: readonly string[]) => T): Record<string, T> {
  return Object.fromEntries([...values].map(([name, all]) => [name, pick(all)]))
}

/** For event sources that give one value a name: the last one sent. */
export const last = (values: readonly string[]): string => values.at(-1) ?? ''
/** For those that give all. */
export const all = (values: readonly string[]): string[] => [...values]

/** Cookies where they are a header among the others. */
export function withCookieHeader({ headers, cookies }: Parts, name: string): Values {
  return cookies.length === 0 ? headers : new Map([...headers, [name, [cookies.join('; ')]]])
}

/** A later list's header takes an earlier one's place, in whatever case it is written. */
function mergeHeaders(...lists: Readonly<Record<string, string | readonly string[]>>[]): Values {
  const merged = new Map<string, [name: string, values: readonly string[]]>()
  for (const [name, value] of lists.flatMap((list) => Object.entries(list)))
    merged.set(name.toLowerCase(), [name, typeof value === 'string' ? [value] : value])
  return new Map(merged.values())
}
