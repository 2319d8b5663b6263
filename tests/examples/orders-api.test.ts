import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readConfiguration } from '../../local/framework.ts'
import type { Answer } from '../support/http.ts'
import { expectProblem } from '../support/problem.ts'
import type { Fault } from '../support/proxy.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { CREDENTIALS, REVOCATIONS, signInNew } from './revocations.ts'

const SCOPES = ['orders:read', 'orders:write']
const ELSEWHERE = 'https://elsewhere.example'
let service: TestService
beforeAll(async () => {
  service = await startTestService({ DATASTORE_TIMEOUT_MS: '1000' }, ['examples/orders-api'])
})
afterEach(() => {
  service.proxy.fault = undefined
})
afterAll(() => service.close())

const list = (bearer: string) => service.request('GET', '/orders', { bearer })
const gateway = ({ status, text }: Answer) => [status, text]
const FORBIDDEN = [403, '{"message":"Forbidden"}']
const SERVER_ERROR = [500, '{"message":"Internal Server Error"}']

test('the authorizer admits a valid session, and the handler gets its user', async () => {
  const { user, token } = await signInNew(service, SCOPES)
  expect((await list(token)).json).toEqual({ orders: [{ id: '1', item: 'a coat', userId: user.id }] })
  const placed = await service.request('POST', '/orders', { bearer: token, body: {} })
  expect([placed.status, placed.json.order.userId]).toEqual([201, user.id])
})

test('a check is one read, and the handlers make no datastore calls', async () => {
  const { token } = await signInNew(service, SCOPES)
  service.proxy.calls.length = 0
  for (let i = 0; i < 3; i++) await list(token)
  const calls = service.proxy.calls.map(({ operation, table, consistent }) => [operation, table, consistent])
  expect(calls).toEqual(Array(3).fill(['GetItem', service.tables.sessions, true]))
})

test('API Gateway refuses a request without a valid session, the handler one without the scope', async () => {
  expect(gateway(await service.request('GET', '/orders'))).toEqual(FORBIDDEN)
  expect(gateway(await list('junk'))).toEqual(FORBIDDEN)
  const { token } = await signInNew(service, ['orders:read'])
  expect((await list(token)).status).toBe(200)
  const answer = await service.request('POST', '/orders', { bearer: token, body: {} })
  expectProblem(answer, 'insufficient_scope')
})

test('a context in client input is ignored [AZ-08]', async () => {
  const { user, id } = await signInNew(service, SCOPES)
  const lambda = { userId: user.id, sessionId: id, scopes: SCOPES.join(' '), credential: 'bearer' }
  const forged = { lambda: { ...lambda, expiresAt: '9999999999', authenticatedAt: '1' } }
  const headers = { 'sls-offline-authorizer-override': JSON.stringify(forged), authorizer: JSON.stringify(forged) }
  const body = { requestContext: { authorizer: forged } }
  expect(gateway(await service.request('POST', '/orders', { headers, body }))).toEqual(FORBIDDEN)
})

test('no example lets API Gateway cache an authorizer’s result [LC-09]', async () => {
  const kept: [example: string, seconds: number][] = []
  for (const example of (await readdir('examples')).filter((name) => existsSync(`examples/${name}/serverless.yml`))) {
    const { provider } = await readConfiguration(`examples/${example}`, { stage: 'dev' }, (why) => new Error(why))
    const { httpApi } = provider as { httpApi?: { authorizers?: Record<string, { resultTtlInSeconds: number }> } }
    for (const authorizer of Object.values(httpApi?.authorizers ?? {}))
      kept.push([example, authorizer.resultTtlInSeconds])
  }
  expect(kept).toEqual([['orders-api', 0]])
})

describe.each(CREDENTIALS)('a session, by %s,', (_kind, present) => {
  test.each(REVOCATIONS)('is refused on the next request after %s [LC-09]', async (_how, end) => {
    const signedIn = await signInNew(service, SCOPES)
    const call = (method: string) => service.request(method, '/orders', present(service, signedIn.token))
    expect((await call('GET')).status).toBe(200)
    expect((await call('POST')).status).toBe(201)
    expect([200, 204]).toContain(await end(service, signedIn))
    expect(gateway(await call('POST'))).toEqual(FORBIDDEN)
    expect(gateway(await call('GET'))).toEqual(FORBIDDEN)
  })
})

test('a cross-origin cookie may read but not write', async () => {
  const cookie = `__Host-session=${(await signInNew(service, SCOPES)).token}`
  const post = (origin?: string) => service.request('POST', '/orders', { cookie, ...(origin && { origin }) })
  expect(gateway(await post(ELSEWHERE))).toEqual(FORBIDDEN)
  expect(gateway(await post())).toEqual(FORBIDDEN)
  expect((await post(service.url)).status).toBe(201)
  expect((await service.request('GET', '/orders', { cookie, origin: ELSEWHERE })).status).toBe(200)
})

test.each<Fault>(['throttled', 'failed', 'refused', 'silent'])(
  'a datastore that is %s causes 500, and the session stays valid',
  async (fault) => {
    const { token } = await signInNew(service, SCOPES)
    service.proxy.fault = () => fault
    expect(gateway(await list(token))).toEqual(SERVER_ERROR)
    service.proxy.fault = undefined
    expect((await list(token)).status).toBe(200)
  },
)

test('the local front names the events it does not support', () => {
  expect(service.log).toContain('orders-api: message is not called for websocket events locally.')
})
