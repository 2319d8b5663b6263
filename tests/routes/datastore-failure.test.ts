import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES as ALL_ROUTES } from '../../functions/http/routes.ts'
import { unknownAnswers } from '../support/authenticator.ts'
import { draws } from '../support/draws.ts'
import { isFirstEngine } from '../support/engine.ts'
import { expectProblem } from '../support/problem.ts'
import type { Call, Fault } from '../support/proxy.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'
import { REVOCATION, SECEVENT, unreachableProvider, unverifiedExchange } from '../support/unreachable-provider.ts'

// On a datastore failure the response is 503, never 401 or 200, and the cookie stays (I2, I8).

let service: TestService
let user: TestUser
let token: string
let admin: string
let introspector: string
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
/** The response to a revocation of all sessions whose batches never complete: it takes ten seconds, while other tests run. */
let ofNoBatch: ReturnType<typeof revokeAllWithoutBatches> | undefined
beforeAll(async () => {
  if (isFirstEngine) ofNoBatch = revokeAllWithoutBatches()
  ofNoBatch?.catch(() => {}) // its own test asserts it
  service = await startTestService({
    MAILER: 'ses',
    REGISTRATION: 'open',
    LOGIN_CODE: 'on',
    PROVIDERS: unreachableProvider(),
    MAILS_PER_SOURCE: '100000',
    DATASTORE_TIMEOUT_MS: '1000',
    TOKEN_AUDIENCES: 'orders',
  })
  user = await service.user(['greeting:read'])
  token = (await service.signIn(user)).token
  introspector = (await service.signIn(await service.user(['sessions:introspect']))).token
  admin = (await service.signIn(await service.user(['admin:read', 'admin:revoke', 'admin:write']))).token
})
afterEach(() => {
  service.proxy.fault = undefined
})
afterAll(() => service.close())

async function revokeAllWithoutBatches() {
  const own = await startTestService(
    { MAILER: 'ses', REGISTRATION: 'open', MAILS_PER_SOURCE: '100000', DATASTORE_TIMEOUT_MS: '900' },
    [],
  ) // not patient: it waits for a deadline
  try {
    const { token: bearer } = await own.signIn(await own.user())
    own.proxy.fault = ({ operation }) => (operation === 'BatchWriteItem' ? 'unprocessed' : undefined)
    return await own.request('DELETE', '/auth/sessions', { bearer })
  } finally {
    await own.close()
  }
}

const spoil = (fault: Fault, concerns: (call: Call) => boolean = () => true) => {
  service.proxy.fault = (call) => (concerns(call) ? fault : undefined)
}
const isAccepted = async (bearer: string) => (await service.request('GET', '/auth/session', { bearer })).status === 200
const rows = () => service.tables.scan(service.tables.sessions)

/** Daily an error, no answer, and an answer that is not from DynamoDB; the others with all samples. */
const LASTING: Fault[] = draws(0, 1) ? ['failed', 'refused', 'stalled', 'empty'] : ['throttled', 'silent', 'foreign']

const PASSKEY_ID = 'p'.repeat(21)
const IDENTITY_ID = 'i'.repeat(21)

// These calls do not reach an engine.
describe.skipIf(!isFirstEngine).each(LASTING)('while every datastore call is %s', (fault) => {
  const answers = () => unknownAnswers(service.url)
  const ROUTES = (): [method: string, path: string, options: object][] => [
    ['GET', '/auth/session', { bearer: token }],
    ['GET', '/auth/session', { cookie: `__Host-session=${token}` }],
    ['GET', '/auth/sessions', { bearer: token }],
    ['DELETE', '/auth/sessions', { bearer: token }],
    ['DELETE', '/auth/sessions?keep=current', { bearer: token }],
    ['DELETE', '/auth/sessions/xxxxxxxxxxxxxxxxxxxxx', { bearer: token }],
    ['POST', '/auth/logout', { cookie: `__Host-session=${token}`, origin: service.url }],
    ['POST', '/auth/login', { body: { email: user.email, password: PASSWORD, credential: 'bearer' } }],
    ['POST', '/auth/register', { body: { email: 'down@example.com', password: PASSWORD } }],
    ['POST', '/auth/introspect', { bearer: introspector, body: `token=${token}`, headers: FORM }],
    ['POST', '/auth/token', { bearer: token, body: { audience: 'orders', scopes: ['greeting:read'] } }],
    ['GET', `/admin/users/${user.id}/sessions`, { bearer: admin }],
    ['DELETE', `/admin/users/${user.id}/sessions/xxxxxxxxxxxxxxxxxxxxx`, { bearer: admin }],
    ['GET', `/admin/users/${user.id}`, { bearer: admin }],
    ['GET', `/admin/users/${user.id}/activity`, { bearer: admin }],
    ['GET', `/admin/users/${user.id}/export`, { bearer: admin }],
    ['POST', `/admin/users/${user.id}/erase`, { bearer: admin }],
    ['GET', '/admin/activity', { bearer: admin }],
    ['GET', '/auth/activity', { bearer: token }],
    ['GET', `/admin/users?email=${user.email}`, { bearer: admin }],
    ['DELETE', `/admin/users/${user.id}/sessions`, { bearer: admin }],
    ['POST', '/auth/session/reauthenticate', { bearer: token, body: { password: PASSWORD } }],
    ['PUT', '/auth/password', { bearer: token, body: { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` } }],
    ['POST', '/auth/register/complete', { body: { token: 'x', password: PASSWORD } }],
    ['POST', '/auth/invitations/accept', { body: { token: 'x'.repeat(64), password: PASSWORD } }],
    ['POST', '/auth/login/second-factor', { body: { challenge: 'x', totp: '000000', credential: 'bearer' } }],
    ['POST', '/auth/login/code', { body: { email: user.email }, origin: service.url }],
    [
      'POST',
      '/auth/login/code/complete',
      { body: { code: '00000000' }, origin: service.url, cookie: `__Host-session-code=${'x'.repeat(43)}` },
    ],
    ['POST', '/auth/password/reset', { body: { email: user.email } }],
    ['POST', '/auth/password/reset/complete', { body: { token: 'x', newPassword: PASSWORD } }],
    ['POST', '/auth/email/verification', { bearer: token }],
    ['POST', '/auth/email/verify', { bearer: token, body: { token: 'x' } }],
    ['PUT', '/auth/email', { bearer: token, body: { newEmail: 'new@example.com' } }],
    ['POST', '/auth/email/complete', { bearer: token, body: { token: 'x' } }],
    ['POST', '/auth/email/undo', { body: { token: 'x' } }],
    ['GET', '/auth/factors', { bearer: token }],
    ['POST', '/auth/factors/totp', { bearer: token }],
    ['POST', '/auth/factors/totp/activate', { bearer: token, body: { code: '000000' } }],
    ['DELETE', '/auth/factors/totp', { bearer: token }],
    ['POST', '/auth/factors/recovery-codes', { bearer: token }],
    ['POST', '/auth/login/second-factor/options', { body: { challenge: 'x' } }],
    ['POST', '/auth/login/passkey/options', {}],
    ['POST', '/auth/login/passkey', { body: { response: answers().assertion, credential: 'bearer' } }],
    ['GET', '/auth/oidc/idp/start', {}],
    ['GET', '/auth/oidc/idp/callback', {}],
    ['POST', '/auth/oidc/idp/logout', { body: 'logout_token=x', headers: FORM }],
    ['POST', '/auth/oidc/idp/revoke', { bearer: 'x', body: REVOCATION }],
    ['POST', '/auth/oidc/idp/events', { body: 'x', headers: SECEVENT }],
    ['POST', '/auth/exchange', { body: unverifiedExchange() }],
    ['GET', '/auth/identities', { bearer: token }],
    ['POST', '/auth/identities', { bearer: token, body: { provider: 'idp' } }],
    ['DELETE', `/auth/identities/${IDENTITY_ID}`, { bearer: token }],
    ['POST', '/auth/passkeys/options', { bearer: token }],
    ['POST', '/auth/passkeys', { bearer: token, body: { response: answers().registration, name: 'phone' } }],
    ['PATCH', `/auth/passkeys/${PASSKEY_ID}`, { bearer: token, body: { name: 'phone' } }],
    ['DELETE', `/auth/passkeys/${PASSKEY_ID}`, { bearer: token }],
    ['PUT', `/admin/users/${user.id}/password`, { bearer: admin, body: { password: `${PASSWORD}!` } }],
    ['POST', `/admin/users/${user.id}/password-reset`, { bearer: admin }],
    ['DELETE', `/admin/users/${user.id}/factors`, { bearer: admin }],
    ['POST', `/admin/users/${user.id}/unlock`, { bearer: admin }],
    ['GET', '/admin/invitations', { bearer: admin }],
    ['POST', '/admin/invitations', { bearer: admin, body: { email: 'down@example.com', scopes: [] } }],
    ['DELETE', '/admin/invitations/xxxxxxxxxxxxxxxxxxxxx', { bearer: admin }],
    ['DELETE', '/auth/account', { bearer: token }],
    ['POST', '/admin/users', { bearer: admin, body: { email: 'down@example.com', password: PASSWORD } }],
    ['PATCH', `/admin/users/${user.id}`, { bearer: admin, body: { status: 'disabled' } }],
    ['DELETE', `/admin/users/${user.id}`, { bearer: admin }],
    ['GET', '/greeting', { bearer: token }],
  ]

  test('every route that needs the datastore responds 503 and leaves the session as it was [RS-03]', async () => {
    const asked = new Set(
      ROUTES().map(
        ([method, path]) =>
          `${method} ${path
            .replace(/\?.*/, '')
            .replace(user.id, '{userId}')
            .replace(/invitations\/x{21}/, 'invitations/{invitationId}')
            .replace(/x{21}/, '{sessionId}')
            .replace(PASSKEY_ID, '{passkeyId}')
            .replace(IDENTITY_ID, '{identityId}')
            .replace('/idp/', '/{provider}/')}`,
      ),
    )
    expect(
      [
        ...asked,
        'GET /health',
        'POST /auth/oidc/{provider}/callback', // only redirects
        'GET /',
        'GET /assets/{file}',
        'GET /openapi.json',
        'GET /docs',
        'GET /link/{action}',
        'GET /.well-known/webauthn',
        'GET /.well-known/change-password',
        'GET /.well-known/jwks.json',
        'GET /.well-known/openid-configuration',
      ]
        .filter((route) => route !== 'GET /greeting')
        .sort(),
    ).toEqual(Object.keys(ALL_ROUTES).sort())
    const before = await rows()
    const users = await service.tables.scan(service.tables.users)
    spoil(fault)
    await Promise.all(
      ROUTES().map(async ([method, path, options]) => {
        expectProblem(await service.request(method, path, options), 'unavailable')
      }),
    )
    service.proxy.fault = undefined
    expect(await rows()).toHaveLength(before.length)
    expect(await service.tables.scan(service.tables.users)).toEqual(users)
    expect(await isAccepted(token)).toBe(true)
  })

  test('routes that need no datastore respond as usual', async () => {
    spoil(fault)
    expect((await service.request('GET', '/health')).status).toBe(200)
    expectProblem(await service.request('GET', '/auth/session', { bearer: 'junk' }), 'unauthenticated')
    expectProblem(await service.request('GET', '/nowhere'), 'not_found')
  })
})

describe('if one datastore call fails', () => {
  test('a logout responds 204 only if the row is known to be deleted [LC-07]', async () => {
    const { token: mine } = await service.signIn(user)
    spoil('failed', ({ operation }) => operation === 'DeleteItem')
    expectProblem(await service.request('POST', '/auth/logout', { bearer: mine }), 'unavailable')
    service.proxy.fault = undefined
    expect(await isAccepted(mine)).toBe(true)
  })

  test('a delete whose response was lost and whose retry finds no row gets 204, not 404', async () => {
    const { token: mine, id } = await service.signIn(user)
    spoil('applied but failed', ({ operation, attempt }) => operation === 'DeleteItem' && attempt === 1)
    expect((await service.request('DELETE', `/auth/sessions/${id}`, { bearer: mine })).status).toBe(204)
    expect(await isAccepted(mine)).toBe(false)
  })

  test('a session’s put is retried with another id, and only that session is usable', async () => {
    const fresh = await service.user()
    let puts = 0
    const isSessionPut = ({ operation, table }: Call) => operation === 'PutItem' && table === service.tables.sessions
    service.proxy.fault = (call) => (isSessionPut(call) && ++puts === 1 ? 'applied but failed' : undefined)
    service.proxy.calls.length = 0
    const { answer, token: mine, id } = await service.signIn(fresh)
    expect(answer.status).toBe(200)
    const putCalls = service.proxy.calls.filter(isSessionPut)
    expect(putCalls.map(({ attempt }) => attempt)).toEqual([1, 1])
    expect(putCalls.every(({ condition }) => condition?.includes('attribute_not_exists'))).toBe(true)
    const ids = (await rows()).filter((row) => row.userId?.S === fresh.id).map((row) => row.sessionId?.S)
    expect(ids).toHaveLength(2)
    expect(ids).toContain(id)
    expect(await isAccepted(mine)).toBe(true)
  })

  test('a login whose second read fails responds 503 and leaves no session', async () => {
    const fresh = await service.user()
    let puts = 0
    service.proxy.fault = ({ operation, table }) => {
      if (operation === 'PutItem' && table === service.tables.sessions) puts++
      return operation === 'GetItem' && puts > 0 ? 'failed' : undefined
    }
    expectProblem((await service.signIn(fresh)).answer, 'unavailable')
    service.proxy.fault = undefined
    expect((await rows()).filter((row) => row.userId?.S === fresh.id)).toEqual([])
  })

  test('a login that cannot create a session keeps the session it was sent with', async () => {
    const { token: mine } = await service.signIn(user)
    spoil('failed', ({ operation, table }) => operation === 'PutItem' && table === service.tables.sessions)
    const body = { email: user.email, password: PASSWORD, credential: 'bearer' }
    expectProblem(await service.request('POST', '/auth/login', { body, bearer: mine }), 'unavailable')
    service.proxy.fault = undefined
    expect(await isAccepted(mine)).toBe(true)
  })

  test('a revocation of all sessions interrupted after the new epoch is finished by the next login', async () => {
    const fresh = await service.user()
    const { token: old } = await service.signIn(fresh)
    const { token: mine } = await service.signIn(fresh)
    spoil('failed', ({ operation }) => operation === 'BatchWriteItem')
    expectProblem(await service.request('DELETE', '/auth/sessions', { bearer: mine }), 'revocation_pending')
    service.proxy.fault = undefined
    const stored = () => service.tables.get(service.tables.users, { pk: { S: `user#${fresh.id}` } })
    expect(await stored()).toMatchObject({ epoch: { N: '1' }, sweepPending: { BOOL: true } })
    const { token: next } = await service.signIn(fresh)
    expect(await stored()).toMatchObject({ epoch: { N: '1' }, sweepPending: { BOOL: false } })
    expect([await isAccepted(old), await isAccepted(mine), await isAccepted(next)]).toEqual([false, false, true])
  })

  test('revoking all sessions repeats unprocessed items and reads every page [LC-15]', async () => {
    const fresh = await service.user()
    const { token: mine, id } = await service.signIn(fresh)
    const key = { userId: { S: fresh.id }, sessionId: { S: id } }
    const row = await service.tables.get(service.tables.sessions, key)
    for (let i = 10; i < 50; i++)
      await service.tables.put(service.tables.sessions, { ...row, sessionId: { S: `${'p'.repeat(19)}${i}` } })
    let batches = 0
    service.proxy.fault = ({ operation }) => {
      if (operation === 'Query') return 'paged'
      return operation === 'BatchWriteItem' && batches++ % 2 === 0 ? 'unprocessed' : undefined
    }
    const listed = await service.request('GET', '/auth/sessions', { bearer: mine })
    expect(listed.json.sessions).toHaveLength(41)
    expect((await service.request('DELETE', '/auth/sessions', { bearer: mine })).json).toEqual({ revoked: 41 })
    service.proxy.fault = undefined
    expect((await rows()).filter((each) => each.userId?.S === fresh.id)).toEqual([])
    expect(batches).toBe(4)
  })

  test.runIf(isFirstEngine)('revoking all sessions fails if a batch never completes', async () => {
    expectProblem((await ofNoBatch) ?? expect.fail('no request was made'), 'revocation_pending')
  })

  test('revoking all sessions advances the epoch once, even if each write’s first response is lost', async () => {
    const fresh = await service.user()
    const { token: mine } = await service.signIn(fresh)
    spoil('applied but failed', ({ operation, attempt }) => operation === 'UpdateItem' && attempt === 1)
    const answer = await service.request('DELETE', '/auth/sessions', { bearer: mine })
    expect(answer.json).toEqual({ revoked: 1 })
    const item = await service.tables.get(service.tables.users, { pk: { S: `user#${fresh.id}` } })
    expect(item).toMatchObject({ epoch: { N: '1' }, sweepPending: { BOOL: false } })
  })

  test('a reauthentication that cannot revoke the old session responds 503 and keeps only the old one', async () => {
    const fresh = await service.user()
    const { token: mine, id } = await service.signIn(fresh)
    let deletes = 0
    const isDelete = ({ operation, table }: Call) => operation === 'DeleteItem' && table === service.tables.sessions
    service.proxy.fault = (call) => (isDelete(call) && ++deletes <= 3 ? 'failed' : undefined)
    const options = { bearer: mine, body: { password: PASSWORD } }
    expectProblem(await service.request('POST', '/auth/session/reauthenticate', options), 'unavailable')
    service.proxy.fault = undefined
    const ids = (await rows()).filter((row) => row.userId?.S === fresh.id).map((row) => row.sessionId?.S)
    expect(ids).toEqual([id])
    expect(await isAccepted(mine)).toBe(true)
  })

  test.each([
    ['PUT', '/auth/password', { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }],
    ['DELETE', '/auth/sessions?keep=current', undefined],
  ])('%s %s whose change cannot be written responds 503 and revokes no session', async (method, path, body) => {
    const fresh = await service.user()
    const { token: other } = await service.signIn(fresh)
    const { token: mine } = await service.signIn(fresh)
    spoil('failed', ({ operation, table }) => operation === 'UpdateItem' && table === service.tables.users)
    expectProblem(await service.request(method, path, { bearer: mine, ...(body && { body }) }), 'unavailable')
    service.proxy.fault = undefined
    expect([await isAccepted(other), await isAccepted(mine)]).toEqual([true, true])
    const again = await service.request(method, path, { bearer: mine, ...(body && { body }) })
    expect([again.status, await isAccepted(other), await isAccepted(again.json.token)]).toEqual([200, false, true])
  })

  test.each([
    ['PUT', '/auth/password', { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }],
    ['DELETE', '/auth/sessions?keep=current', undefined],
  ])(
    '%s %s responds sign_in_again if the caller’s own session was deleted without an answer',
    async (method, path, body) => {
      const fresh = await service.user()
      const { token: other } = await service.signIn(fresh)
      const { token: mine } = await service.signIn(fresh)
      let deletes = 0
      service.proxy.fault = ({ operation }) =>
        operation === 'DeleteItem' && ++deletes === 1 ? 'applied but failed' : undefined
      if (method === 'PUT') deletes = -1 // the attempts of the verification
      expectProblem(await service.request(method, path, { bearer: mine, ...(body && { body }) }), 'sign_in_again')
      service.proxy.fault = undefined
      expect([await isAccepted(other), await isAccepted(mine)]).toEqual([false, false])
      expect((await rows()).filter((row) => row.userId?.S === fresh.id)).toEqual([])
    },
  )

  test('an interrupted password change has taken effect, and the next login finishes it', async () => {
    const fresh = await service.user(['greeting:read'])
    const { token: old } = await service.signIn(fresh)
    const { token: mine } = await service.signIn(fresh)
    spoil('failed', ({ operation }) => operation === 'BatchWriteItem')
    const options = { bearer: mine, body: { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` } }
    expectProblem(await service.request('PUT', '/auth/password', options), 'revocation_pending')
    service.proxy.fault = undefined
    expect([await isAccepted(old), await isAccepted(mine)]).toEqual([false, false])
    expectProblem((await service.signIn(fresh)).answer, 'invalid_credentials')
    const { token: next } = await service.signIn({ ...fresh, password: `${PASSWORD}!` })
    expect((await service.request('GET', '/greeting', { bearer: old })).status).toBe(401)
    expect(await isAccepted(next)).toBe(true)
  })

  test('changes are made once, even if each write’s first response is lost', async () => {
    const fresh = await service.user(['a'])
    const { token: mine } = await service.signIn(fresh)
    const isUserWrite = ({ operation, table }: Call) => operation === 'UpdateItem' && table === service.tables.users
    spoil('applied but failed', (call) => isUserWrite(call) && call.attempt === 1)
    const stored = () => service.tables.get(service.tables.users, { pk: { S: `user#${fresh.id}` } })
    const patch = (body: object) => service.request('PATCH', `/admin/users/${fresh.id}`, { bearer: admin, body })
    expect((await patch({ name: 'Ada', scopes: ['a', 'b'] })).json.user).toMatchObject({
      name: 'Ada',
      scopes: ['a', 'b'],
    })
    expect((await stored())?.epoch).toEqual({ N: '0' })
    const body = { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }
    const changed = await service.request('PUT', '/auth/password', { bearer: mine, body })
    expect([changed.status, await isAccepted(changed.json.token)]).toEqual([200, true])
    expect((await stored())?.epoch).toEqual({ N: '1' })
    expect((await patch({ status: 'disabled' })).json.user.status).toBe('disabled')
    expect(await stored()).toMatchObject({ epoch: { N: '2' }, sweepPending: { BOOL: false } })
  })

  test('a registration creates one user, even if each write’s first response is lost', async () => {
    let puts = 0
    // The user's item is put again with another id, then the email pointer's write is repeated.
    spoil('applied but failed', ({ operation, attempt }) => operation === 'PutItem' && attempt === 1 && ++puts !== 2)
    const body = { email: 'lost@example.com', password: PASSWORD }
    const answer = await service.request('POST', '/auth/register', { body })
    expect(answer.status).toBe(201)
    service.proxy.fault = undefined
    const login = await service.request('POST', '/auth/login', { body: { ...body, credential: 'bearer' } })
    expect(login.json.user.id).toBe(answer.json.user.id)
  })
})

describe('a renewal that is', () => {
  test.each(['throttled', 'failed', 'refused', 'silent', 'stalled', 'empty'] as Fault[])(
    '%s is tried once, and the request is served',
    async (fault) => {
      const fresh = await service.user(['greeting:read'])
      const { token: mine, id } = await service.signIn(fresh)
      const key = { userId: { S: fresh.id }, sessionId: { S: id } }
      const row = await service.tables.get(service.tables.sessions, key)
      const longAgo = { N: String(Number(row?.lastSeenAt?.N) - 3600) }
      await service.tables.put(service.tables.sessions, { ...row, lastSeenAt: longAgo })
      spoil(fault, ({ operation }) => operation === 'UpdateItem')
      service.proxy.calls.length = 0
      const answer = await service.request('GET', '/greeting', { bearer: mine })
      expect(answer.status).toBe(200)
      expect(service.proxy.calls.filter(({ operation }) => operation === 'UpdateItem')).toHaveLength(1)
      service.proxy.fault = undefined
      expect((await service.tables.get(service.tables.sessions, key))?.lastSeenAt).toEqual(longAgo)
    },
  )
})
