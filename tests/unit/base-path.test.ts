import { describe, expect, test } from 'vitest'
import * as health from '../../functions/health.ts'
import { splitPath } from '../../functions/http/base-path.ts'
import * as noRoute from '../../functions/no-route.ts'
import { eventOf } from '../support/event-sources.ts'

const CUSTOM = 'api.example.com'
const GATEWAY = 'abc123.execute-api.eu-central-1.amazonaws.com'

describe('the path of a request', () => {
  test.each([
    // a named stage
    [{ stage: 'prod', domainName: GATEWAY }, '/prod/auth/session', '/prod', '/auth/session'],
    [{ stage: 'prod', domainName: GATEWAY }, '/prod', '/prod', '/'],
    [{ stage: 'prod', domainName: GATEWAY }, '/production/auth/session', '', '/production/auth/session'],
    [{ stage: '$default', domainName: GATEWAY }, '/prod/auth/session', '', '/prod/auth/session'],
    // an API mapping of a custom domain
    [{ stage: '$default', domainName: CUSTOM }, '/v1/auth/session', '/v1', '/auth/session'],
    [{ stage: '$default', domainName: CUSTOM }, '/team/v1/admin/users/7', '/team/v1', '/admin/users/7'],
    [{ stage: '$default', domainName: CUSTOM }, '/v1/assets/main.js', '/v1', '/assets/main.js'],
    [{ stage: '$default', domainName: CUSTOM, routeKey: 'GET /' }, '/v1', '/v1', '/'],
    [{ stage: '$default', domainName: CUSTOM, routeKey: 'HEAD /' }, '/v1/', '/v1', '/'],
    [{ stage: '$default', domainName: CUSTOM, routeKey: 'GET /' }, '/', '', '/'],
    [{ stage: 'prod', domainName: CUSTOM }, '/v1/auth/session', '/v1', '/auth/session'],
    [{ stage: '$default', domainName: CUSTOM }, '/auth/session', '', '/auth/session'],
    [{ stage: '$default', domainName: CUSTOM }, '/v1/nowhere', '', '/v1/nowhere'],
    // no mapping is possible
    [{ stage: '$default', domainName: 'localhost' }, '/v1/auth/session', '', '/v1/auth/session'],
    [{ stage: '$default', domainName: 'x.lambda-url.eu-west-1.on.aws' }, '/v1/health', '', '/v1/health'],
    [{}, '/v1/auth/session', '', '/v1/auth/session'],
    // a base path would become part of links
    [{ stage: '$default', domainName: CUSTOM, routeKey: 'GET /' }, '//evil.example/', '', '//evil.example/'],
    [{ stage: '$default', domainName: CUSTOM, routeKey: 'GET /' }, '/"><script>', '', '/"><script>'],
  ])('with %j of %s has the base path "%s"', (requestContext, whole, basePath, path) => {
    expect(splitPath(requestContext, whole)).toEqual({ basePath, path })
  })
})

describe('below a base path', () => {
  const send = async (method: string, path: string, requestContext: object, headers = {}) => {
    const event = eventOf('http-api-2.0', { method, headers })
    Object.assign(event, { rawPath: path })
    Object.assign(event.requestContext as object, requestContext)
    return noRoute.handler(event, { awsRequestId: 'x' } as never)
  }

  test.each([
    [{ stage: 'prod', domainName: GATEWAY }, '/prod'],
    [{ stage: '$default', domainName: CUSTOM }, '/v1'],
  ])('of %j, routes, 404, 405 and preflights are as without it', async (context, base) => {
    const event = { ...eventOf('http-api-2.0', {}), rawPath: `${base}/health` }
    expect(await health.handler(event, { awsRequestId: 'x' } as never)).toMatchObject({ statusCode: 200 })
    expect(await send('GET', `${base}/nowhere`, context)).toMatchObject({ statusCode: 404 })
    expect(await send('PUT', `${base}/auth/sessions`, context)).toMatchObject({
      statusCode: 405,
      headers: { allow: 'GET, HEAD, DELETE' },
    })
    const headers = { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'DELETE' }
    expect(await send('OPTIONS', `${base}/auth/sessions`, context, headers)).toMatchObject({ statusCode: 204 })
  })
})
