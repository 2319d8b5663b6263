import { ACCOUNT, type AuthorizedRequest, REGION, SOURCE_IP, type TestRequest, takeApart } from './request.ts'

/** Payload 2.0, of an HTTP API and of a Function URL. */
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

/** What an HTTP API hands to a handler, and without `authorizer` to one that has none in front. */
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

/** What a Function URL hands to a handler. */
export function functionUrlEvent(request: TestRequest = {}): HttpApiEvent {
  return payload2(request, { apiId: 'url', domain: `lambda-url.${REGION}.on.aws`, accountId: 'anonymous' })
}

interface Door {
  readonly apiId: string
  readonly domain: string
  readonly accountId: string
}

/** Header names are lower-case, values of one name joined by commas, cookies apart. What is empty is absent. */
function payload2(request: TestRequest, { apiId, domain, accountId }: Door): HttpApiEvent {
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
