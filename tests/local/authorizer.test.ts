import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Front, startFront } from '../../local/front.ts'
import { readService } from '../../local/service.ts'
import { type Answer, type RequestOptions, request } from '../support/http.ts'
import { fixture } from './support.ts'

const lines: string[] = []
let front: Front
beforeAll(async () => {
  const services = await Promise.all(
    ['guarded', 'neighbour'].map((name) => readService(fixture(name), { stage: 'local' })),
  )
  front = await startFront({ services, environment: {}, port: 0, host: '127.0.0.1', log: (line) => lines.push(line) })
})
beforeEach(() => {
  lines.length = 0
})
afterAll(() => front.close())

const get = (path: string, options?: RequestOptions) => request(front.url, 'GET', path, options)
const withBehavior = (name: string): RequestOptions => ({ headers: { 'x-way': name } })
const count = (line: string) => lines.filter((each) => each === line).length
const authorizerRuns = () => count('the authorizer was asked')
const routeRuns = () => count('the route was run')
const answerOf = ({ status, headers, text }: Answer) => [status, headers['content-type'], text]
const REFUSED = {
  401: [401, 'application/json', '{"message":"Unauthorized"}'],
  403: [403, 'application/json', '{"message":"Forbidden"}'],
  500: [500, 'application/json', '{"message":"Internal Server Error"}'],
}

describe('the function of a guarded route', () => {
  test('receives the authorizer’s context in requestContext.authorizer.lambda', async () => {
    const { json } = await get('/simple/x')
    expect(json.requestContext.authorizer).toEqual({ lambda: { asked: expect.any(String), number: 1, list: ['a'] } })
    expect(json).toMatchObject({ version: '2.0', routeKey: 'ANY /simple/{name}' })
    expect((await get('/simple/x', withBehavior('bare'))).json.requestContext.authorizer).toEqual({ lambda: null })
    expect((await get('/open')).json.requestContext).not.toHaveProperty('authorizer')
  })

  test('receives no authorizer context from the client', async () => {
    const forged = JSON.stringify({ lambda: { userId: 'root' }, userId: 'root' })
    const headers = {
      'sls-offline-authorizer-override': forged,
      requestContext: forged,
      'x-authorizer': forged,
      'requestContext.authorizer.lambda.userId': 'root',
      authorizer: forged,
    }
    const path = `/open?requestContext=${encodeURIComponent(forged)}&requestContext.authorizer.lambda.userId=root`
    for (const [target, expected] of [
      [path, undefined],
      [path.replace('/open', '/simple/x'), { lambda: null }],
    ] as const) {
      const body = { requestContext: { authorizer: { lambda: { userId: 'root' } } } }
      const options = { headers: { ...headers, 'x-way': 'bare' }, body }
      const { json } = await request(front.url, target.startsWith('/open') ? 'GET' : 'PUT', target, options)
      expect(json.requestContext.authorizer).toEqual(expected)
    }
    const refused = { headers: { ...headers, 'x-way': '{"isAuthorized":false}' } }
    expect(answerOf(await get('/simple/x', refused))).toEqual(REFUSED[403])
  })
})

describe('a guarded route rejects a request without running its function', () => {
  test.each([
    ['/simple/x', '{"isAuthorized":false}', 403],
    ['/simple/x', '{"isAuthorized":false,"context":{"userId":"root"}}', 403],
    ['/simple/x', 'throw', 500],
    ['/simple/x', 'unauthorized', 500],
    ['/simple/x', 'exit', 500],
    ['/simple/x', 'hang', 500],
    ['/simple/x', 'null', 500],
    ['/simple/x', '"true"', 500],
    ['/simple/x', '{}', 500],
    ['/simple/x', '{"isAuthorized":"true"}', 500],
    ['/simple/x', 'allow', 500],
    ['/policy/x', 'deny', 403],
    ['/policy/x', '{"policyDocument":{"Statement":[]}}', 403],
    ['/policy/x', 'yes', 500],
    ['/policy/x', 'throw', 500],
    ['/old/x?Key=k', 'deny', 403],
    ['/old/x?Key=k', 'unauthorized', 500],
    ['/no/such/route', '{"isAuthorized":false}', 403],
  ] as const)('GET %s with the authorizer response %s: %i', async (path, how, status) => {
    const answer = await get(path, { ...withBehavior(how), bearer: 'token' })
    expect(answerOf(answer)).toEqual(REFUSED[status])
    expect([authorizerRuns(), routeRuns()]).toEqual([1, 0])
    expect(answer.text).not.toContain('secret')
    const failures = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
    expect(failures.map(({ requestId }) => requestId)).toEqual(
      status === 500 ? [answer.headers['apigw-requestid']] : [],
    )
  })

  test('and logs why the authorizer’s response is invalid', async () => {
    await get('/policy/x', withBehavior('yes'))
    expect(lines.find((line) => line.startsWith('{'))).toContain('Set enableSimpleResponses to return isAuthorized.')
  })
})

describe('identity sources of an authorizer', () => {
  test.each([
    ['/keyed', {}],
    ['/keyed?Key=k', {}],
    ['/keyed', { cookie: 'c=1' }],
    ['/keyed?key=k', { cookie: 'c=1' }],
    ['/keyed?Key=', { cookie: 'c=1' }],
    ['/keyed?Key=k', { headers: { cookie: '' } }],
    ['/old/x?Key=k', { cookie: 'c=1' }],
  ])('a missing or empty one is 401 without a call of the authorizer: GET %s %j', async (path, options) => {
    expect(answerOf(await get(path, options))).toEqual(REFUSED[401])
    expect([authorizerRuns(), routeRuns()]).toEqual([0, 0])
  })

  test('are passed in their order', async () => {
    const { json } = await get('/keyed?Key=k', { cookie: 'c=1; d=2' })
    expect(JSON.parse(json.requestContext.authorizer.lambda.asked).identitySource).toEqual(['c=1; d=2', 'k'])
  })
})

test('the authorizer is called for every request, without a cache', async () => {
  const same = { ...withBehavior('yes'), cookie: 'c=1' }
  for (let i = 0; i < 3; i++) expect((await get('/keyed?Key=k', same)).status).toBe(200)
  expect([authorizerRuns(), routeRuns()]).toEqual([3, 3])
})

describe('the function of an authorizer', () => {
  test.each(['/own-arn', '/other-arn', '/imported'])('is found by its ARN: %s', async (path) => {
    const { json } = await get(path)
    const { by, asked } = json.requestContext.authorizer.lambda
    expect(path === '/own-arn' ? typeof asked : by).toBe(path === '/own-arn' ? 'string' : 'the neighbour')
  })

  test('must exist for the front to start', async () => {
    const services = [await readService(fixture('guarded'), { stage: 'local' })]
    await expect(startFront({ services, environment: {}, port: 0, log: () => {} })).rejects.toThrow(
      'guarded: authorizer other-arn: no served service (guarded) has the function ' +
        '"arn:aws:lambda:eu-west-1:210987654321:function:neighbour-local-the-guard".',
    )
  })
})
