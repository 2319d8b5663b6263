import { ACCOUNT, type AuthorizedRequest, REGION, SOURCE_IP, type TestRequest, takeApart } from './request.ts'

/** The event of an HTTP API or a Function URL, payload 2.0. */
export interface HttpApiEvent {
  version: '2.0'
  routeKey: string
  rawPath: string
  rawQueryString: string
  cookies?: string[]
  headers: Record<string, string>
  queryStringParameters?: Record<string, string>
  requestContext: {
    accountId: string
    apiId: string
    authorizer?: { lambda: Record<string, unknown> }
    domainName: string
    domainPrefix: string
    http: { method: string; path: string; protocol: string; sourceIp: string; userAgent: string }
    requestId: string
    routeKey: string
    stage: string
    time: string
    timeEpoch: number
  }
  pathParameters?: Record<string, string>
  body?: string
  isBase64Encoded: boolean
}

/**
 * Creates the event of an HTTP API, with the context of its authorizer if given.
 * @example
 * ```ts
 * import { httpApiEvent } from 'coatcheck/testing'
 *
 * httpApiEvent({ method: 'POST', path: '/notes?tag=home', body: { text: 'Buy milk.' } })
 * ```
 */
export function httpApiEvent({ authorizer, ...request }: AuthorizedRequest = {}): HttpApiEvent {
  const event = payload2(request, { apiId: 'api', domain: `execute-api.${REGION}.amazonaws.com`, accountId: ACCOUNT })
  const routeKey = `${event.requestContext.http.method} ${event.rawPath}`
  return {
    ...event,
    routeKey,
    requestContext: {
      ...event.requestContext,
      routeKey,
      ...(authorizer && { authorizer: { lambda: { ...authorizer } } }),
    },
  }
}

/**
 * Creates the event of a Function URL, payload 2.0.
 * @example
 * ```ts
 * import { functionUrlEvent } from 'coatcheck/testing'
 *
 * functionUrlEvent({ path: '/notes', headers: { authorization: 'Bearer cct_…' } })
 * ```
 */
export function functionUrlEvent(request: TestRequest = {}): HttpApiEvent {
  return payload2(request, { apiId: 'url', domain: `lambda-url.${REGION}.on.aws`, accountId: 'anonymous' })
}

interface Endpoint {
  readonly apiId: string
  readonly domain: string
  readonly accountId: string
}

/** Header names are in lower case, repeated headers are joined by commas, cookies are apart, empty parts are absent. */
function payload2(request: TestRequest, { apiId, domain, accountId }: Endpoint): HttpApiEvent {
  const domainName = `${apiId}.${domain}`
  const { method, path, rawQuery, query, headers, cookies, userAgent, body } = takeApart(request, domainName)
  const joined = (entries: typeof headers) =>
    Object.fromEntries([...entries].map(([name, values]) => [name, values.join(',')]))
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: rawQuery,
    ...(cookies.length > 0 && { cookies: [...cookies] }),
    headers: Object.fromEntries(Object.entries(joined(headers)).map(([name, value]) => [name.toLowerCase(), value])),
    ...(query.size > 0 && { queryStringParameters: joined(query) }),
    requestContext: {
      accountId,
      apiId,
      domainName,
      domainPrefix: apiId,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: SOURCE_IP, userAgent },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: '$default',
      stage: '$default',
      time: '12/Mar/2020:19:03:58 +0000',
      timeEpoch: 1_583_348_638_390,
    },
    ...(request.pathParameters && { pathParameters: { ...request.pathParameters } }),
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  }
}
