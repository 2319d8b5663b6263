import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ago, auditLines, changeItem, watchLog } from '../support/audit-lines.ts'
import { newSessionId } from '../support/samples.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'
import { BEHIND_PROXY, from, inParallel, logIn } from '../support/throttled.ts'

// The audit lines of logins and sessions: actor, event, source and time.

let service: TestService
let log: ReturnType<typeof watchLog>
let user: TestUser
let token: string
let sessionId: string
beforeAll(async () => {
  const environment = { ...BEHIND_PROXY, REGISTRATIONS_PER_SOURCE: '3', SESSION_MAX_PER_USER: '4' }
  service = await startTestService(environment, [])
  log = watchLog(service)
})
beforeEach(async () => {
  user = await service.user(['notes:read'])
  const signedIn = await service.signIn(user)
  token = signedIn.token
  sessionId = signedIn.id
  await log.skip()
})
afterEach(() => {
  service.proxy.fault = undefined
})
afterAll(() => service.close())

const WRONG = 'not the right password'
const ask = (method: string, path: string, body?: object, bearer = token) =>
  service.request(method, path, { bearer, ...(body && { body }) })
const changeUser = (changes: object) => changeItem(service, 'users', { pk: `user#${user.id}` }, changes)
const changeSession = (changes: object) => changeItem(service, 'sessions', { userId: user.id, sessionId }, changes)

describe('audit lines of logins', () => {
  test('record a successful login [LG-03]', async () => {
    const { id } = await service.signIn(user)
    const facts = { actor: user.id, sessionId: id }
    await log.expect(['authn_login_success', facts], ['session_created', { ...facts, reason: 'login' }])
  })

  test('record the reason of a failed login, with only a tag of an unknown email [LG-03]', async () => {
    await logIn(service, user.email, WRONG)
    await log.expect(['authn_login_fail', { reason: 'wrong_password', target: user.id }])
    await logIn(service, 'nobody@example.com', WRONG)
    await logIn(service, ' NOBODY@example.com ', WRONG)
    await vi.waitFor(() => expect(log.news()).toHaveLength(2), 10_000)
    const [first, second] = log.news()
    expect(first).toMatchObject({ event: 'authn_login_fail', reason: 'unknown_email', account: second?.account })
    expect(first).not.toHaveProperty('target')
  })

  test('record failed logins for a disabled user, a user without a password and a malformed hash [LG-03]', async () => {
    await changeUser({ status: { S: 'disabled' } })
    await logIn(service, user.email, PASSWORD)
    await log.expect(['authn_login_fail', { reason: 'disabled', target: user.id }])
    await changeUser({ passwordHash: { S: 'none' } })
    await logIn(service, user.email, PASSWORD)
    await log.expect(
      ['corrupt_password_hash', { target: user.id }],
      ['authn_login_fail', { reason: 'unreadable_hash', target: user.id }],
    )
  })

  test('record a login refused by a rate limit [LG-03]', async () => {
    await inParallel(10, () => logIn(service, user.email, WRONG))
    await log.skip()
    const refused = await logIn(service, user.email, WRONG)
    const retryAfterSeconds = Number(refused.headers['retry-after'])
    await log.expect(['authn_login_lock', { at: 'login', budget: 'account', retryAfterSeconds }])
  })

  test('record the sessions that a login replaces and that the session cap revokes [LG-03]', async () => {
    const body = { email: user.email, password: PASSWORD, credential: 'bearer' }
    const { json } = await service.request('POST', '/auth/login', { body, bearer: token })
    const created = { actor: user.id, sessionId: json.session.id }
    const login = ['authn_login_success', created] as const
    const begins = ['session_created', { ...created, reason: 'login' }] as const
    await log.expect([...login], [...begins], ['session_expired', { target: user.id, sessionId, reason: 'replaced' }])
    for (let i = 0; i < 3; i++) await service.signIn(user)
    await log.skip()
    await service.signIn(user)
    await log.expect(
      ['authn_login_success'],
      ['session_created'],
      ['session_expired', { target: user.id, reason: 'session_cap' }],
    )
  })

  test('record the other user as the target when a login revokes that user’s session [LG-03]', async () => {
    const other = await service.user()
    const body = { email: other.email, password: PASSWORD, credential: 'bearer' }
    await service.request('POST', '/auth/login', { body, bearer: token })
    const revoked = { target: user.id, sessionId, reason: 'replaced' }
    await log.expect(['authn_login_success'], ['session_created'], ['session_expired', revoked])
  })

  test('record a registration and one refused by the rate limit [LG-03]', async () => {
    const register = (n: number) =>
      service.request('POST', '/auth/register', {
        body: { email: `audit${n}@example.com`, password: PASSWORD },
        headers: from('203.0.113.99'),
      })
    const { json } = await register(0)
    await log.expect(['user_created', { target: json.user.id, ip: '203.0.113.99' }])
    await register(1)
    await register(2)
    await log.skip()
    await register(3)
    await log.expect(['excess_rate_limit_exceeded', { at: 'registration', budget: 'source' }])
  })
})

describe('audit lines of sessions', () => {
  test('record a renewal and a failed renewal [LG-03]', async () => {
    await changeSession({ lastSeenAt: ago(3600) })
    service.proxy.fault = ({ operation }) => (operation === 'UpdateItem' ? 'failed' : undefined)
    await ask('DELETE', `/auth/sessions/${newSessionId()}`)
    await log.expect(['renewal_missed', { actor: user.id, sessionId }])
    service.proxy.fault = undefined
    await ask('DELETE', `/auth/sessions/${newSessionId()}`)
    await log.expect(['session_renewed', { actor: user.id, sessionId }])
  })

  test('record the use of an expired session on any route [LG-03]', async () => {
    await changeSession({ expiresAt: ago(1) })
    const late = ['session_use_after_expire', { actor: user.id, sessionId }] as const
    await ask('GET', '/auth/session')
    await log.expect([...late])
    const { token: caller } = await service.signIn(await service.user(['sessions:introspect']))
    await log.skip()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    await service.request('POST', '/auth/introspect', { bearer: caller, headers, body: `token=${token}` })
    await log.expect([...late])
    await ask('POST', '/auth/logout') // deletes the row
    await log.expect([...late])
  })

  test('record a logout, a revocation of one session and of all [LG-03]', async () => {
    const revoked = (reason: string) => ['session_expired', { target: user.id, sessionId, reason }] as const
    await ask('POST', '/auth/logout')
    await log.expect([...revoked('logout')])
    const other = await service.signIn(user)
    const third = await service.signIn(user)
    await log.skip()
    await ask('DELETE', `/auth/sessions/${other.id}`, undefined, third.token)
    await log.expect(['session_expired', { actor: user.id, sessionId: other.id, reason: 'revoked' }])
    await service.signIn(user)
    await log.skip()
    await ask('DELETE', '/auth/sessions', undefined, third.token)
    await log.expect(['session_expired', { actor: user.id, target: user.id, sessions: 2, reason: 'revoked_all' }])
  })

  test('record the replacement by keep=current and by reauthentication [LG-03]', async () => {
    const other = await service.signIn(user)
    await log.skip()
    const { json } = await ask('DELETE', '/auth/sessions?keep=current')
    await log.expect(
      ['session_expired', { target: user.id, sessionId, reason: 'replaced' }],
      ['session_expired', { target: user.id, sessionId: other.id, reason: 'revoked_all' }],
      ['session_created', { actor: user.id, sessionId: json.session.id, reason: 'revoked_all' }],
    )
    const reauthenticated = await ask('POST', '/auth/session/reauthenticate', { password: PASSWORD }, json.token)
    await log.expect(
      ['session_created', { actor: user.id, sessionId: reauthenticated.json.session.id, reason: 'reauthentication' }],
      ['session_expired', { target: user.id, sessionId: json.session.id, reason: 'replaced' }],
    )
    await ask('POST', '/auth/session/reauthenticate', { password: WRONG }, reauthenticated.json.token)
    await log.expect(['authn_login_fail', { actor: user.id, sessionId: reauthenticated.json.session.id }])
  })

  test('record reauthentications and password changes refused by the rate limit [LG-03]', async () => {
    await inParallel(10, () => ask('POST', '/auth/session/reauthenticate', { password: WRONG }))
    await log.skip()
    await ask('PUT', '/auth/password', { currentPassword: WRONG, newPassword: `${PASSWORD} anew` })
    await log.expect(['excess_rate_limit_exceeded', { at: 'reauthentication', actor: user.id, budget: 'account' }])
  })

  test('record revocations by a password change and by account deletion [LG-03]', async () => {
    const body = { currentPassword: PASSWORD, newPassword: `${PASSWORD} anew` }
    const { json } = await ask('PUT', '/auth/password', body)
    await log.expect(
      ['authn_password_change', { actor: user.id, target: user.id }],
      ['session_expired', { target: user.id, sessionId, reason: 'password_change' }],
      ['session_created', { sessionId: json.session.id, reason: 'password_change' }],
    )
    await ask('DELETE', '/auth/account', undefined, json.token)
    await log.expect(
      ['session_expired', { target: user.id, sessionId: json.session.id, reason: 'user_deleted' }],
      ['user_deleted', { actor: user.id, target: user.id }],
    )
  })
})

describe('audit lines of refusals', () => {
  test('record a missing scope and a sign-in that is too old [LG-03]', async () => {
    await ask('GET', '/admin/users')
    const facts = { actor: user.id, sessionId }
    await log.expect(['authz_fail', { ...facts, reason: 'insufficient_scope', required: 'admin:read' }])
    await changeSession({ authenticatedAt: ago(901) })
    await ask('DELETE', '/auth/account')
    await log.expect(['authz_fail', { ...facts, reason: 'reauthentication_required' }])
  })

  test('record a cross-origin request [LG-03]', async () => {
    const cookie = `__Host-session=${token}`
    await service.request('DELETE', '/auth/sessions', { cookie, origin: 'https://evil.example' })
    await log.expect(['malicious_cors'])
    await service.request('POST', '/auth/login', { body: { email: user.email, password: PASSWORD } })
    await log.expect(['malicious_cors'])
  })

  test('record invalid input [LG-03]', async () => {
    const login = (body: unknown, headers = {}) => service.request('POST', '/auth/login', { body, headers })
    const because = (reason: string) => ['input_validation_fail', { reason }] as const
    await login('{')
    await log.expect([...because('invalid_request')])
    await login('x'.repeat(17_000))
    await log.expect([...because('payload_too_large')])
    await login('x', { 'content-type': 'text/plain' })
    await log.expect([...because('unsupported_media_type')])
    await service.request('POST', '/auth/register', { body: { email: 'a@example.com', password: 'short' } })
    await log.expect([...because('password_rejected')])
    await login({ email: user.email, password: PASSWORD, credential: 'bearer', scopes: ['admin:write'] })
    await log.expect([...because('invalid_scope')])
    await ask('GET', '/auth/session?x=1')
    await log.expect([...because('invalid_request')])
  })
})

test('every audit line has actor, event, source and time, and only documented fields [LG-04]', async () => {
  expect(await log.faults()).toEqual([])
  expect(auditLines(service.log).length).toBeGreaterThan(60)
})
