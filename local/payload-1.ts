import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { headersWithCookie } from './authorizer-event.ts'
import { collect, HOP_BY_HOP_HEADERS } from './event.ts'
import { object } from './json.ts'

/**
 * The event of an HTTP API in payload format 1.0, made of that in 2.0 and the headers as sent.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toPayload1(event: APIGatewayProxyEventV2, rawHeaders: readonly string[]): Record<string, unknown> {
  const { rawPath: path, rawQueryString, routeKey, pathParameters = null, body = null, isBase64Encoded } = event
  const { http, authorizer, time, timeEpoch, ...context } = event.requestContext as typeof event.requestContext & {
    authorizer?: { lambda?: unknown }
  }
  const resource = routeKey.replace(/^\S+ /, '')
  const sent = collect(rawHeaders)
  const headers = Object.entries(headersWithCookie(event)).filter(([name]) => !HOP_BY_HOP_HEADERS.has(name))
  const valuesOf = (name: string, value = '') => (name === 'cookie' ? [value] : (sent.get(name) ?? [value]))
  const query = new URLSearchParams(rawQueryString)
  const names = [...new Set(query.keys())]
  return {
    version: '1.0',
    resource,
    path,
    httpMethod: http.method,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, valuesOf(name, value).at(-1)])),
    multiValueHeaders: Object.fromEntries(headers.map(([name, value]) => [name, valuesOf(name, value)])),
    queryStringParameters: names.length > 0 ? Object.fromEntries(names.map((name) => [name, query.get(name)])) : null,
    multiValueQueryStringParameters:
      names.length > 0 ? Object.fromEntries(names.map((name) => [name, query.getAll(name)])) : null,
    requestContext: {
      ...context,
      authorizer: object(authorizer?.lambda ?? {}),
      extendedRequestId: context.requestId,
      httpMethod: http.method,
      identity: { ...UNKNOWN_IDENTITY, sourceIp: http.sourceIp, userAgent: http.userAgent },
      path,
      protocol: http.protocol,
      requestTime: time,
      requestTimeEpoch: timeEpoch,
      resourceId: routeKey,
      resourcePath: resource,
    },
    pathParameters,
    stageVariables: null,
    body,
    isBase64Encoded,
  }
}

const UNKNOWN_IDENTITY = Object.fromEntries(
  [
    ...['accessKey', 'accountId', 'caller', 'cognitoAmr', 'cognitoAuthenticationProvider'],
    ...['cognitoAuthenticationType', 'cognitoIdentityId', 'cognitoIdentityPoolId', 'principalOrgId', 'user', 'userArn'],
  ].map((name) => [name, null]),
)
