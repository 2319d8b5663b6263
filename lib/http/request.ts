import type { HttpEvent } from './event.ts'

/** A request as everything behind the front door sees it, whatever shape its event has. */
export interface HttpRequest {
  readonly method: string
  readonly path: string
  /** By lower-case name; a header sent twice is joined by a comma. */
  header(name: string): string | undefined
  /** Raw `name=value` pairs, in order, duplicates included. */
  readonly cookies: readonly string[]
  readonly query: Readonly<Record<string, string | undefined>>
  readonly ip: string
  readonly userAgent: string
}

const USER_AGENT_LENGTH = 256

/** Reads an event of any front door. Never throws: what is missing or of another type is taken for absent. */
export function readRequest(anyEvent: HttpEvent | null | undefined): HttpRequest {
  const event = anyEvent ?? {}
  const headers = readHeaders(event)
  const context = event.requestContext ?? {}
  // A Function URL gives them in both places.
  const given = Array.isArray(event.cookies) && event.cookies.length > 0 ? event.cookies : headers.get('cookie')
  const header = (name: string) => headers.get(name)?.join(',')
  return {
    method: readMethod(event),
    path: text(event.rawPath) ?? text(event.path) ?? '/',
    header,
    cookies: (given ?? []).flatMap((line) => (text(line) ?? '').split(';')).filter((pair) => pair.trim() !== ''),
    query: texts(event.queryStringParameters),
    ip: text(context.http?.sourceIp) ?? text(context.identity?.sourceIp) ?? (context.elb ? lastHop(header) : ''),
    userAgent: cut(text(context.http?.userAgent) ?? header('user-agent') ?? '', USER_AGENT_LENGTH),
  }
}

/** Each header's values by lower-case name. Where an event has both lists, the longer one repeats the other. */
function readHeaders(event: HttpEvent): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  for (const [name, value] of Object.entries(event.headers ?? {}))
    if (typeof value === 'string') headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value])
  const multiple = new Map<string, string[]>()
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {}))
    if (Array.isArray(values)) {
      const known = multiple.get(name.toLowerCase()) ?? []
      multiple.set(name.toLowerCase(), [...known, ...values.filter((value) => typeof value === 'string')])
    }
  for (const [name, values] of multiple) headers.set(name, values)
  // A TOKEN authorizer is given the one header and nothing else.
  const token = event.type === 'TOKEN' ? text(event.authorizationToken) : undefined
  if (token !== undefined) headers.set('authorization', [token])
  return headers
}

/** An event that does not say counts as unsafe, and so does a WebSocket: from then on its page may act. */
function readMethod({ requestContext, httpMethod }: HttpEvent): string {
  if (requestContext?.connectionId !== undefined) return 'POST'
  return (text(requestContext?.http?.method) ?? text(httpMethod) ?? 'POST').toUpperCase()
}

/** A load balancer appends whom it was called by; what stands before that the client may have written. */
function lastHop(header: (name: string) => string | undefined): string {
  return header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
}

/** Of the parameters of an event those that are texts. */
export function texts(parameters: HttpEvent['queryStringParameters']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters ?? {}).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Well-formed even where the cut falls inside a character. */
function cut(whole: string, length: number): string {
  return whole.slice(0, length).toWellFormed()
}
