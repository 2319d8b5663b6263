import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Front, startFront } from '../../local/front.ts'
import { readService } from '../../local/service.ts'
import { type RequestOptions, request } from '../support/http.ts'
import { fixture } from './support.ts'

const ARN = 'arn:aws:execute-api:us-east-1:123456789012:local/$default'
let front: Front
beforeAll(async () => {
  const services = await Promise.all(
    ['guarded', 'neighbour'].map((name) => readService(fixture(name), { stage: 'local' })),
  )
  front = await startFront({ services, environment: {}, port: 0, host: '127.0.0.1', log: () => {} })
})
afterAll(() => front.close())

const get = (path: string, options?: RequestOptions) => request(front.url, 'GET', path, options)
const way = (name: string): RequestOptions => ({ headers: { 'x-way': name } })

describe('createAuthorizerEvent', () => {
  test('sets every field of payload format 2.0', async () => {
    const answer = await request(front.url, 'POST', '/simple/a%20b?p=1&p=2&q=v%26', {
      headers: { 'X-One': 'a', cookie: ['c=1; d=2', 'e=3'], 'content-type': 'text/plain' },
      body: 'a body',
    })
    const { authorizer, ...requestContext } = answer.json.requestContext
    expect(JSON.parse(authorizer.lambda.asked)).toEqual({
      version: '2.0',
      type: 'REQUEST',
      routeArn: `${ARN}/POST/simple/a b`,
      identitySource: null,
      routeKey: 'ANY /simple/{name}',
      rawPath: '/simple/a b',
      rawQueryString: 'p=1&p=2&q=v%26',
      cookies: ['c=1', 'd=2', 'e=3'],
      headers: answer.json.headers,
      queryStringParameters: { p: '1,2', q: 'v&' },
      requestContext,
      pathParameters: { name: 'a b' },
    })
    expect(requestContext.http).toMatchObject({ method: 'POST', path: '/simple/a b', sourceIp: '127.0.0.1' })
    expect(answer.json.body).toBe('a body')
  })

  test('sets every field of payload format 1.0', async () => {
    const options = { bearer: 'token', cookie: 'c=1; d=2', ...way('allow') }
    const answer = await get('/old/x?Key=k&p=1&p=2', { ...options, headers: { ...options.headers, 'X-One': 'a' } })
    const { authorizer, ...context } = answer.json.requestContext
    expect(JSON.parse(authorizer.lambda.asked)).toEqual({
      version: '1.0',
      type: 'REQUEST',
      methodArn: `${ARN}/GET/old/x`,
      identitySource: 'Bearer token,k',
      authorizationToken: 'Bearer token,k',
      resource: '/old/{name}',
      path: '/old/x',
      httpMethod: 'GET',
      headers: {
        Host: answer.json.headers.host,
        Authorization: 'Bearer token',
        Cookie: 'c=1; d=2',
        'X-Way': 'allow',
        'X-One': 'a',
        'Content-Length': '0',
        'X-Amzn-Trace-Id': answer.json.headers['x-amzn-trace-id'],
        'X-Forwarded-For': '127.0.0.1',
        'X-Forwarded-Port': String(front.port),
        'X-Forwarded-Proto': 'http',
      },
      queryStringParameters: { Key: 'k', p: '2' },
      pathParameters: { name: 'x' },
      stageVariables: {},
      requestContext: {
        path: '/old/x',
        accountId: context.accountId,
        resourceId: null,
        stage: '$default',
        requestId: context.requestId,
        identity: { sourceIp: '127.0.0.1', userAgent: '' },
        resourcePath: '/old/{name}',
        httpMethod: 'GET',
        apiId: 'local',
      },
    })
  })
})

test.each([
  ['2.0', '/simple/x', 'yes'],
  ['1.0', '/old/x?Key=k', 'allow'],
])('createAuthorizerEvent sets only fields that AWS documents, in payload format %s', async (version, path, how) => {
  const file = await readFile(`tests/fixtures/events/authorizer-http-api-${version}.json`, 'utf8')
  const documented = JSON.parse(file).event
  const { json } = await get(path, {
    ...way(how),
    headers: { 'x-way': how, authorization: 'a', 'user-agent': 'a', accept: '*/*' },
  })
  const question = JSON.parse(json.requestContext.authorizer.lambda.asked)
  const named = [documented, documented.requestContext].map(Object.keys)
  const [fields, context] = [question, question.requestContext].map(Object.keys)
  expect(named[0]).toEqual(expect.arrayContaining(fields?.filter((field) => field !== 'pathParameters') ?? []))
  expect(named[1]).toEqual(expect.arrayContaining(context ?? []))
  expect(Object.keys(question.headers)).toEqual(expect.arrayContaining(Object.keys(documented.headers)))
})
