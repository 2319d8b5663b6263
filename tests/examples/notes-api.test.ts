import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/problem.ts'
import type { Fault } from '../support/proxy.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { CREDENTIALS, REVOCATIONS, signInNew } from './revocations.ts'

const SCOPES = ['notes:read', 'notes:write']
const ELSEWHERE = 'https://elsewhere.example'
let service: TestService
beforeAll(async () => {
  service = await startTestService({ DATASTORE_TIMEOUT_MS: '1000' }, ['examples/notes-api'])
})
afterEach(() => {
  service.proxy.fault = undefined
})
afterAll(() => service.close())

const list = (bearer: string) => service.request('GET', '/notes', { bearer })
const write = (bearer: string, text: unknown) => service.request('POST', '/notes', { bearer, body: { text } })

describe('notes-api', () => {
  test('creates, lists and deletes notes of their owner only', async () => {
    const [ada, bob] = [await signInNew(service, SCOPES), await signInNew(service, SCOPES)]
    const written = await write(ada.token, 'buy a coat')
    expect(written.status).toBe(201)
    expect((await list(ada.token)).json).toEqual({ notes: [written.json.note] })
    expect((await list(bob.token)).json).toEqual({ notes: [] })
    const path = `/notes/${written.json.note.id}`
    expect((await service.request('DELETE', path, { bearer: bob.token })).status).toBe(404)
    expect((await service.request('DELETE', path, { bearer: ada.token })).status).toBe(204)
    expect((await service.request('DELETE', path, { bearer: ada.token })).status).toBe(404)
    expect((await list(ada.token)).json).toEqual({ notes: [] })
  })

  test.each([[''], [7], ['x'.repeat(1001)], [undefined]])('refuses an invalid text: %j', async (text) => {
    const { token } = await signInNew(service, SCOPES)
    expect((await write(token, text)).status).toBe(400)
  })

  test('requires the scopes', async () => {
    const { token } = await signInNew(service, ['notes:read'])
    expect((await list(token)).status).toBe(200)
    expectProblem(await write(token, 'a'), 'insufficient_scope')
    expectProblem(await service.request('DELETE', '/notes/x', { bearer: token }), 'insufficient_scope')
    expectProblem(await service.request('GET', '/notes'), 'unauthenticated')
  })
})

describe.each(CREDENTIALS)('a session, by %s,', (_kind, present) => {
  test.each(REVOCATIONS)('is refused on the next request after %s', async (_how, end) => {
    const signedIn = await signInNew(service, SCOPES)
    const call = (method: string, path: string, body?: object) =>
      service.request(method, path, { ...present(service, signedIn.token), ...(body && { body }) })
    expect((await call('POST', '/notes', { text: 'still here' })).status).toBe(201)
    expect([200, 204]).toContain(await end(service, signedIn))
    expectProblem(await call('POST', '/notes', { text: 'gone' }), 'unauthenticated')
    expectProblem(await call('GET', '/notes'), 'unauthenticated')
    expectProblem(await call('DELETE', '/notes/x'), 'unauthenticated')
  })
})

test('a cross-origin cookie may read but not write', async () => {
  const cookie = `__Host-session=${(await signInNew(service, SCOPES)).token}`
  const post = (origin?: string) =>
    service.request('POST', '/notes', { cookie, body: { text: 'a' }, ...(origin && { origin }) })
  expectProblem(await post(ELSEWHERE), 'cross_origin')
  expectProblem(await post(), 'cross_origin')
  expect((await post(service.url)).status).toBe(201)
  expect((await service.request('GET', '/notes', { cookie, origin: ELSEWHERE })).status).toBe(200)
})

test.each<Fault>(['throttled', 'failed', 'refused', 'silent'])(
  'a datastore that is %s causes 503, and the session stays valid',
  async (fault) => {
    const { token } = await signInNew(service, SCOPES)
    service.proxy.fault = ({ table }) => (table === service.tables.sessions ? fault : undefined)
    expectProblem(await list(token), 'unavailable')
    expectProblem(await write(token, 'a'), 'unavailable')
    service.proxy.fault = undefined
    expect((await list(token)).status).toBe(200)
  },
)
