import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/problem.ts'
import { startTestService, type TestService } from '../support/service.ts'

let service: TestService
let bearer: string
beforeAll(async () => {
  service = await startTestService()
  bearer = (await service.signIn(await service.user(['sessions:introspect']))).token
})
afterAll(() => service.close())

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const introspect = (body: string, options: object = {}) =>
  service.request('POST', '/auth/introspect', { bearer, body, headers: FORM, ...options })

describe('introspection', () => {
  test('returns the session of a valid token until it is revoked', async () => {
    const user = await service.user(['notes:read'])
    const { token, id, answer } = await service.signIn(user)
    const { createdAt, expiresAt } = answer.json.session
    const said = await introspect(`token=${token}&token_type_hint=access_token&whatever=1`)
    expect(said.status).toBe(200)
    expect(said.headers['cache-control']).toBe('no-store')
    expect(said.json).toEqual({
      active: true,
      sub: user.id,
      scope: 'account notes:read',
      iat: Date.parse(createdAt) / 1000,
      exp: Date.parse(expiresAt) / 1000,
      sid: id,
    })
    await service.request('POST', '/auth/logout', { bearer: token })
    expect((await introspect(`token=${token}`)).json).toEqual({ active: false })
  })

  test('returns only active: false for any other token', async () => {
    for (const token of ['', 'junk', `cct_${'x'.repeat(21)}.${'y'.repeat(21)}.${'z'.repeat(43)}`, '%00', 'é'])
      expect((await introspect(`token=${token}`)).json).toEqual({ active: false })
  })

  test('does not renew the session of the token', async () => {
    const user = await service.user()
    const { token, id } = await service.signIn(user)
    const key = { userId: { S: user.id }, sessionId: { S: id } }
    const row = await service.tables.get(service.tables.sessions, key)
    const old = { ...row, lastSeenAt: { N: String(Number(row?.lastSeenAt?.N) - 5000) } }
    await service.tables.put(service.tables.sessions, old)
    expect((await introspect(`token=${token}`)).json.active).toBe(true)
    expect(await service.tables.get(service.tables.sessions, key)).toEqual(old)
  })

  test('needs a bearer token with the scope sessions:introspect', async () => {
    const { token } = await service.signIn(await service.user())
    expectProblem(await introspect('token=x', { bearer: token }), 'insufficient_scope')
    expectProblem(await introspect('token=x', { bearer: undefined }), 'unauthenticated')
    const cookie = { bearer: undefined, cookie: `__Host-session=${bearer}`, origin: service.url }
    expectProblem(await introspect('token=x', cookie), 'unauthenticated')
  })

  test('refuses an invalid form, naming the field', async () => {
    expectProblem(
      await introspect('token=x', { headers: { 'content-type': 'application/json' } }),
      'unsupported_media_type',
    )
    for (const [body, detail] of [
      ['', 'missing field'],
      ['tok=x', 'missing field'],
      ['token=a&token=b', 'duplicate field'],
    ] as const) {
      const answer = await introspect(body)
      expectProblem(answer, 'invalid_request')
      expect(answer.json.errors).toEqual([{ pointer: 'token', detail }])
    }
    expectProblem(await introspect(`token=${'x'.repeat(20_000)}`), 'payload_too_large')
  })
})
