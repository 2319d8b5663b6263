import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Authorizer } from './authorizers.ts'

/**
 * Reads the values of an authorizer's identity sources; `undefined` if one is missing or empty.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function readIdentity(event: APIGatewayProxyEventV2, { identitySource }: Authorizer): string[] | undefined {
  const headers = headersWithCookie(event)
  const query = event.queryStringParameters ?? {}
  const values = identitySource.map((source) => {
    const [, location, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? []
    const [from, key] = location === 'header' ? [headers, name.toLowerCase()] : [query, name]
    return Object.hasOwn(from, key) ? from[key] : undefined
  })
  const present = values.filter((value) => value !== undefined && value !== '')
  return present.length === identitySource.length ? (present as string[]) : undefined
}

/** The resource of an authorizer's policy: method and path of a request. */
export function routeArn(
  { requestContext: { accountId, apiId, stage, http } }: APIGatewayProxyEventV2,
  region: string,
) {
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/${http.method}${http.path}`
}

/** Creates the event of a request authorizer from the event of the route's function. It has no body. */
export function createAuthorizerEvent(
  event: APIGatewayProxyEventV2,
  { payloadVersion }: Authorizer,
  identity: string[],
  arn: string,
): Record<string, unknown> {
  const { routeKey, rawPath, rawQueryString, cookies, headers, queryStringParameters, pathParameters } = event
  const { accountId, apiId, stage, requestId, http } = event.requestContext
  if (payloadVersion === '2.0')
    return {
      version: '2.0',
      type: 'REQUEST',
      routeArn: arn,
      identitySource: identity.length > 0 ? identity : null,
      routeKey,
      rawPath,
      rawQueryString,
      ...(cookies && { cookies }),
      headers,
      ...(queryStringParameters && { queryStringParameters }),
      requestContext: event.requestContext,
      ...(pathParameters && { pathParameters }),
    }
  const token = identity.length > 0 ? identity.join(',') : null
  const resourcePath = routeKey.replace(/^\S+ /, '')
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn: arn,
    identitySource: token,
    authorizationToken: token,
    resource: resourcePath,
    path: rawPath,
    httpMethod: http.method,
    headers: inTitleCase(headersWithCookie(event)),
    queryStringParameters: Object.fromEntries(new URLSearchParams(rawQueryString)),
    pathParameters: pathParameters ?? {},
    stageVariables: {},
    requestContext: {
      path: rawPath,
      accountId,
      resourceId: null,
      stage,
      requestId,
      identity: { sourceIp: http.sourceIp, userAgent: http.userAgent },
      resourcePath,
      httpMethod: http.method,
      apiId,
    },
  }
}

/** Puts the cookies into a header: only payload format 2.0 has them in a list. */
export function headersWithCookie({ headers, cookies }: APIGatewayProxyEventV2): Record<string, string | undefined> {
  return { ...headers, ...(cookies && { cookie: cookies.join('; ') }) }
}

/** AWS's examples of payload format 1.0 have header names in title case. */
function inTitleCase(headers: Record<string, string | undefined>): Record<string, string | undefined> {
  const upper = (name: string) => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase())
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [upper(name), value]))
}
