import {
  ACCOUNT,
  type AuthorizedRequest,
  all,
  last,
  REGION,
  record,
  SOURCE_IP,
  takeApart,
  withCookieHeader,
} from './request.ts'

/**
 * Creates the event of a REST API, with single and multi-value headers and query parameters and the context of its
 * authorizer if given.
 * @example
 * ```ts
 * import { restApiEvent } from 'coatcheck/testing'
 *
 * restApiEvent({ method: 'DELETE', path: '/notes/7', pathParameters: { id: '7' } })
 * ```
 */
export function restApiEvent({ authorizer, ...request }: AuthorizedRequest = {}) {
  const domainName = `api.execute-api.${REGION}.amazonaws.com`
  const parts = takeApart(request, domainName)
  const { method, path, query, userAgent, body } = parts
  const headers = withCookieHeader(parts, 'Cookie')
  return {
    resource: path,
    path,
    httpMethod: method,
    headers: record(headers, last),
    multiValueHeaders: record(headers, all),
    queryStringParameters: query.size > 0 ? record(query, last) : null,
    multiValueQueryStringParameters: query.size > 0 ? record(query, all) : null,
    pathParameters: request.pathParameters ? { ...request.pathParameters } : null,
    stageVariables: null,
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'api',
      authorizer: authorizer && { principalId: 'user', integrationLatency: 7, ...authorizer },
      domainName,
      domainPrefix: 'api',
      extendedRequestId: 'JKJaXmPLvHcESHA=',
      httpMethod: method,
      identity: { ...ANONYMOUS_IDENTITY, sourceIp: SOURCE_IP, userAgent },
      path: `/prod${path}`,
      protocol: 'HTTP/1.1',
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      requestTime: '04/Mar/2020:19:15:17 +0000',
      requestTimeEpoch: 1_583_349_317_135,
      resourceId: '123456',
      resourcePath: path,
      stage: 'prod',
    },
    body: body ?? null,
    isBase64Encoded: false,
  }
}

/** The event of a REST API (proxy integration). */
export type RestApiEvent = ReturnType<typeof restApiEvent>

/** The identity of a caller without IAM or Cognito credentials. */
const ANONYMOUS_IDENTITY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
}
