import { withoutInvisible } from '../typed-text.ts'
import type { HttpEvent } from './event.ts'

/** An HTTP request, independent of the event source. */
export interface HttpRequest {
  readonly method: string
  readonly path: string
  /** Looks a header up by its lower-case name; repeated headers are joined by a comma. */
  header(name: string): string | undefined
  /** Raw `name=value` pairs, in order, duplicates included. */
  readonly cookies: readonly string[]
  /** Decoded parameters, repeated ones joined by a comma. Bytes that are not UTF-8 are U+FFFD. */
  readonly query: Readonly<Record<string, string | undefined>>
  readonly ip: string
  readonly userAgent: string
}

const USER_AGENT_LENGTH = 256

/** Reads an event of any event source. Never throws: a part that is missing or of another type counts as absent. */
export function readRequest(given: HttpEvent | null | undefined): HttpRequest {
  const event = given ?? {}
  const header = (name: string) => headerValues(event, name)?.join(',')
  const userAgent = text(event.requestContext?.http?.userAgent) ?? header('user-agent') ?? ''
  return {
    method: readMethod(event),
    path: text(event.rawPath) ?? text(event.path) ?? '/',
    header,
    cookies: readCookies(event),
    query: readQuery(event),
    ip: readIp(event, header),
    userAgent: cut(withoutInvisible(userAgent), USER_AGENT_LENGTH),
  }
}

function readCookies(event: HttpEvent): string[] {
  const { cookies } = event
  // A Function URL lists cookies and repeats them in the header.
  const lines = Array.isArray(cookies) && cookies.length > 0 ? cookies : headerValues(event, 'cookie')
  return (lines ?? []).flatMap((line) => (text(line) ?? '').split(';')).filter((pair) => pair.trim() !== '')
}

function readQuery({ queryStringParameters, multiValueQueryStringParameters, requestContext }: HttpEvent) {
  const lists = Object.entries(multiValueQueryStringParameters ?? {}).filter(([, values]) => Array.isArray(values))
  // If an event has both, the single values are the last ones.
  const joined = lists.map(([name, values]) => [name, values?.filter(isText).join(',') ?? ''] as const)
  const query = { ...texts(queryStringParameters), ...Object.fromEntries(joined) }
  // A load balancer passes parameters as the client has encoded them.
  return requestContext?.elb ? Object.fromEntries(decodeParameters(query)) : query
}

/** Percent-decoding as of a form, which replaces bytes that are not UTF-8 by U+FFFD. */
function decodeParameters(query: Readonly<Record<string, string>>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query)
      .map((pair) => pair.join('='))
      .join('&'),
  )
}

function readIp({ requestContext }: HttpEvent, header: HttpRequest['header']): string {
  const { http, identity, elb, serviceNetworkArn } = requestContext ?? {}
  return text(http?.sourceIp) ?? text(identity?.sourceIp) ?? (elb || serviceNetworkArn ? lastHop(header) : '')
}

/** All values of a header. If an event has single and multi-value headers, the latter include the former. */
function headerValues(event: HttpEvent, name: string): string[] | undefined {
  // The event of a TOKEN authorizer has this one header only.
  const token = event.type === 'TOKEN' && name === 'authorization' ? text(event.authorizationToken) : undefined
  if (token !== undefined) return [token]
  const lists = named(event.multiValueHeaders, name).filter((values) => Array.isArray(values))
  if (lists.length > 0) return lists.flat().filter(isText)
  const values = named(event.headers, name).flat().filter(isText)
  return values.length > 0 ? values : undefined
}

/** The values of a name, compared without case. */
function named(headers: object | null | undefined, name: string): unknown[] {
  const found: unknown[] = []
  for (const each of Object.keys(headers ?? {}))
    if (each.length === name.length && each.toLowerCase() === name)
      found.push((headers as Record<string, unknown>)[each])
  return found
}

/** Without a method, and on a WebSocket, the unsafe `POST`: after `$connect` a page can send messages that act. */
function readMethod({ requestContext, httpMethod, method }: HttpEvent): string {
  if (requestContext?.connectionId !== undefined) return 'POST'
  return (text(requestContext?.http?.method) ?? text(httpMethod) ?? text(method) ?? 'POST').toUpperCase()
}

/** A load balancer appends the address it has seen; the client may have written those before it. */
function lastHop(header: (name: string) => string | undefined): string {
  return header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
}

/** The parameters whose values are strings or lists of strings, which are joined by a comma. */
export function texts(parameters: HttpEvent['queryStringParameters']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters ?? {}).flatMap(([name, value]) => {
      const values = [value].flat().filter(isText)
      return values.length > 0 ? [[name, values.join(',')]] : []
    }),
  )
}

function text(value: unknown): string | undefined {
  return isText(value) ? value : undefined
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** Cuts a text to a length, and replaces a surrogate that the cut leaves alone. */
function cut(value: string, length: number): string {
  return value.slice(0, length).toWellFormed()
}
