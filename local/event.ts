import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { type Match, routeKey } from './router.ts'

/** Headers that API Gateway does not forward. */
export const HOP_BY_HOP_HEADERS = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

export type Target = { path: string; query: string }

/** Path and query of the request target, as sent; `undefined` if API Gateway could not decode it. */
export function parseTarget(url: string): Target | undefined {
  const origin = url.replace(/^https?:\/\/[^/?]*/i, '') // the absolute form, for proxies
  const [path = '', ...rest] = origin.split('?')
  const target = { path: path || '/', query: rest.join('?') }
  if (!target.path.startsWith('/')) return undefined
  try {
    decodeURIComponent(target.path)
    decodeURIComponent(target.query)
    return target
  } catch {
    return undefined
  }
}

/** Creates the event of an HTTP API for a request, payload format 2.0. */
export function createEvent(
  request: IncomingMessage,
  { path, query }: Target,
  { route, parameters }: Match<unknown>,
  body: Buffer,
  requestId: string,
): APIGatewayProxyEventV2 {
  const now = new Date()
  const sourceIp = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const sent = collect(request.rawHeaders)
  const cookies = (sent.get('cookie') ?? [])
    .flatMap((line) => line.split(';').map((pair) => pair.trim()))
    .filter(Boolean)
  const queryStringParameters = readQuery(query)
  const key = routeKey(route)
  const decodedPath = decodeURIComponent(path) // despite its name, `rawPath` of an HTTP API is decoded

  const headers = Object.fromEntries(
    [...sent]
      .filter(([name]) => name !== 'cookie' && !HOP_BY_HOP_HEADERS.has(name))
      .map(([name, values]) => [name, values.join(',')]),
  )
  const forwardedFor = [...(sent.get('x-forwarded-for') ?? []), sourceIp].join(', ')
  const isText = isTextual(headers['content-type'])

  return {
    version: '2.0',
    routeKey: key,
    rawPath: decodedPath,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: {
      ...headers,
      'content-length': String(body.length),
      'x-amzn-trace-id': `Root=1-${Math.floor(now.getTime() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
      'x-forwarded-for': forwardedFor,
      'x-forwarded-port': String(request.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    ...(queryStringParameters && { queryStringParameters }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'local',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: {
        method: request.method ?? '',
        path: decodedPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: key,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(parameters && { pathParameters: parameters }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  }
}

/** Adds the authorizer's context to an event, in a place that clients cannot set. */
export function withAuthorizer(event: APIGatewayProxyEventV2, context: object | null): APIGatewayProxyEventV2 {
  const requestContext = { ...event.requestContext, authorizer: { lambda: context } }
  return { ...event, requestContext }
}

/** Reads the raw headers: `request.headers` drops some duplicates, for example a second Authorization. */
export function collect(rawHeaders: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), rawHeaders[index + 1] ?? ''])
  }
  return headers
}

function readQuery(query: string): Record<string, string> | undefined {
  const values = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(query)) values.set(name, [...(values.get(name) ?? []), value])
  if (values.size === 0) return undefined
  return Object.fromEntries([...values].map(([name, all]) => [name, all.join(',')]))
}

/** Whether an HTTP API passes a body of this type as text; any other body arrives in base64. */
function isTextual(contentType = ''): boolean {
  return /^\s*(text\/[^;]*|application\/(json|xml|javascript))\s*(;|$)/i.test(contentType)
}

/** Formats an instant as 12/Mar/2020:19:03:58 +0000. */
function commonLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(' ')
  return `${day}/${month}/${year}:${time} +0000`
}
