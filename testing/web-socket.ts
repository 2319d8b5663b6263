import { type AuthorizedRequest, all, last, REGION, record, SOURCE_IP, takeApart, withCookieHeader } from './request.ts'

/** What `webSocketEvent` puts into an event. */
export interface WebSocketRequest extends Omit<AuthorizedRequest, 'method' | 'pathParameters'> {
  /** `$connect` (the default), `$disconnect` or a message's route. */
  readonly route?: string
  readonly connectionId?: string
}

/** The event of a WebSocket API. Only `$connect` and `$disconnect` have headers, only messages have a body. */
export interface WebSocketEvent {
  headers?: Record<string, string>
  multiValueHeaders?: Record<string, string[]>
  queryStringParameters?: Record<string, string>
  multiValueQueryStringParameters?: Record<string, string[]>
  requestContext: {
    routeKey: string
    authorizer?: Record<string, unknown>
    messageId?: string
    eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT'
    extendedRequestId: string
    requestTime: string
    messageDirection: 'IN'
    stage: string
    connectedAt: number
    requestTimeEpoch: number
    identity: { sourceIp: string; userAgent: string }
    requestId: string
    domainName: string
    connectionId: string
    apiId: string
  }
  body?: string
  isBase64Encoded: boolean
}

/**
 * Creates the event of a WebSocket API. `authorizer` is the context that the authorizer returned for `$connect`.
 * @example
 * ```ts
 * import { testCoatcheck, webSocketEvent } from 'coatcheck/testing'
 *
 * const { authorizer } = await testCoatcheck().signIn()
 * webSocketEvent({ route: 'sendMessage', authorizer, body: { text: 'Hello.' } })
 * ```
 */
export function webSocketEvent({
  route = '$connect',
  connectionId = 'L0SM9cOFvHcCIhw=',
  authorizer,
  ...request
}: WebSocketRequest = {}): WebSocketEvent {
  const domainName = `api.execute-api.${REGION}.amazonaws.com`
  const parts = takeApart(request, domainName)
  const eventType = EVENT_TYPES[route] ?? 'MESSAGE'
  const headers = withCookieHeader(parts, 'Cookie')
  return {
    ...(eventType !== 'MESSAGE' && { headers: record(headers, last), multiValueHeaders: record(headers, all) }),
    ...(parts.query.size > 0 && {
      queryStringParameters: record(parts.query, last),
      multiValueQueryStringParameters: record(parts.query, all),
    }),
    requestContext: {
      routeKey: route,
      ...(authorizer && { authorizer: { principalId: 'user', integrationLatency: 7, ...authorizer } }),
      ...(eventType === 'MESSAGE' && { messageId: 'DAiDVeXYoAMCKlw=' }),
      eventType,
      extendedRequestId: 'Db4GpFsXliAFbDA=',
      requestTime: '09/Feb/2024:18:11:43 +0000',
      messageDirection: 'IN',
      stage: 'prod',
      connectedAt: 1_707_502_303_419,
      requestTimeEpoch: 1_707_502_303_420,
      identity: { sourceIp: SOURCE_IP, userAgent: parts.userAgent },
      requestId: 'Db4GpFsXliAFbDA=',
      domainName,
      connectionId,
      apiId: 'api',
    },
    ...(parts.body !== undefined && { body: parts.body }),
    isBase64Encoded: false,
  }
}

const EVENT_TYPES: Record<string, 'CONNECT' | 'DISCONNECT'> = { $connect: 'CONNECT', $disconnect: 'DISCONNECT' }
