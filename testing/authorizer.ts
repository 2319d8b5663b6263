import { httpApiEvent } from './http-api.ts'
import { ACCOUNT, REGION, type TestRequest } from './request.ts'
import { restApiEvent } from './rest-api.ts'
import { type WebSocketRequest, webSocketEvent } from './web-socket.ts'

// The events that request authorizers receive.

/**
 * Creates the event of an HTTP API's request authorizer, payload 2.0.
 * @example
 * ```ts
 * import { createAuthorizer } from 'coatcheck/authorizer'
 * import { httpApiAuthorizerEvent, testCoatcheck } from 'coatcheck/testing'
 *
 * const { sessions, signIn } = testCoatcheck()
 * const authorizer = createAuthorizer({ sessions })
 * const { headers } = await signIn()
 * await authorizer(httpApiAuthorizerEvent({ headers })) // { isAuthorized: true, context: … }
 * ```
 */
export function httpApiAuthorizerEvent(request: TestRequest = {}) {
  const { body: _, isBase64Encoded: __, ...event } = httpApiEvent(request)
  const { apiId, stage, http } = event.requestContext
  const routeArn = arn(apiId, stage, `${http.method}${http.path}`)
  return { ...event, type: 'REQUEST' as const, routeArn, identitySource: null }
}

/**
 * Creates the event of a REST API's REQUEST authorizer. Fields that are `null` for the handler are empty here.
 * @example
 * ```ts
 * import { restApiAuthorizerEvent } from 'coatcheck/testing'
 *
 * restApiAuthorizerEvent({ path: '/notes', headers: { authorization: 'Bearer cct_…' } })
 * ```
 */
export function restApiAuthorizerEvent(request: TestRequest = {}) {
  const { body: _, isBase64Encoded: __, ...event } = restApiEvent(request)
  return {
    ...event,
    type: 'REQUEST' as const,
    methodArn: methodArn(event.requestContext),
    queryStringParameters: event.queryStringParameters ?? {},
    multiValueQueryStringParameters: event.multiValueQueryStringParameters ?? {},
    pathParameters: event.pathParameters ?? {},
    stageVariables: {},
    requestContext: { ...event.requestContext, authorizer: undefined },
  }
}

/**
 * Creates the event of a REST API's TOKEN authorizer, which has only the Authorization header.
 * @example
 * ```ts
 * import { tokenAuthorizerEvent } from 'coatcheck/testing'
 *
 * tokenAuthorizerEvent({ headers: { authorization: 'Bearer cct_…' } })
 * ```
 */
export function tokenAuthorizerEvent(request: TestRequest = {}) {
  const { headers, requestContext } = restApiEvent(request)
  const [, authorization] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization') ?? []
  return {
    type: 'TOKEN' as const,
    authorizationToken: authorization ?? '',
    methodArn: methodArn(requestContext),
  }
}

/**
 * Creates the event of a WebSocket API's authorizer, which only the route `$connect` can have.
 * @example
 * ```ts
 * import { webSocketAuthorizerEvent } from 'coatcheck/testing'
 *
 * webSocketAuthorizerEvent({ headers: { authorization: 'Bearer cct_…' }, connectionId: 'L0SM9cOFvHcCIhw=' })
 * ```
 */
export function webSocketAuthorizerEvent(request: Omit<WebSocketRequest, 'route' | 'authorizer' | 'body'> = {}) {
  const { isBase64Encoded: _, ...event } = webSocketEvent(request)
  const { apiId, stage, routeKey } = event.requestContext
  return {
    ...event,
    type: 'REQUEST' as const,
    methodArn: arn(apiId, stage, routeKey),
    queryStringParameters: event.queryStringParameters ?? {},
    multiValueQueryStringParameters: event.multiValueQueryStringParameters ?? {},
    stageVariables: {},
  }
}

function methodArn({
  apiId,
  stage,
  httpMethod,
  resourcePath,
}: ReturnType<typeof restApiEvent>['requestContext']): string {
  return arn(apiId, stage, `${httpMethod}${resourcePath}`)
}

function arn(apiId: string, stage: string, route: string): string {
  return `arn:aws:execute-api:${REGION}:${ACCOUNT}:${apiId}/${stage}/${route}`
}
