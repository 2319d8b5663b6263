import { nanoid } from 'nanoid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../../functions/http/routes.ts'
import { unknownAnswers } from '../support/authenticator.ts'
import type { Answer, RequestOptions } from '../support/http.ts'
import { expectProblem } from '../support/problem.ts'
import { rightsByFunction } from '../support/role.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'
import { REVOCATION, SECEVENT, unreachableProvider, unverifiedExchange } from '../support/unreachable-provider.ts'

type Route = keyof typeof ROUTES

/** What a route requires: nothing, any valid session, or a session with this scope. */
const REQUIRES: Record<Route, 'public' | 'a session' | `${string}:${string}` | 'account'> = {
  'POST /auth/register': 'public',
  'POST /auth/register/complete': 'public',
  'POST /auth/invitations/accept': 'public',
  'POST /auth/login': 'public',
  'GET /auth/oidc/{provider}/start': 'public',
  'GET /auth/oidc/{provider}/callback': 'public',
  'POST /auth/oidc/{provider}/callback': 'public',
  'POST /auth/oidc/{provider}/logout': 'public',
  'POST /auth/oidc/{provider}/revoke': 'public',
  'POST /auth/oidc/{provider}/events': 'public',
  'POST /auth/exchange': 'public',
  'GET /auth/identities': 'account',
  'POST /auth/identities': 'account',
  'DELETE /auth/identities/{identityId}': 'account',
  'POST /auth/login/second-factor': 'public',
  'POST /auth/login/code': 'public',
  'POST /auth/login/code/complete': 'public',
  'POST /auth/login/second-factor/options': 'public',
  'POST /auth/login/passkey': 'public',
  'POST /auth/login/passkey/options': 'public',
  'POST /auth/logout': 'public',
  'GET /auth/session': 'a session',
  'POST /auth/session/reauthenticate': 'a session',
  'GET /auth/sessions': 'account',
  'DELETE /auth/sessions/{sessionId}': 'account',
  'DELETE /auth/sessions': 'account',
  'PUT /auth/password': 'account',
  'POST /auth/password/reset': 'public',
  'POST /auth/password/reset/complete': 'public',
  'POST /auth/email/verification': 'account',
  'POST /auth/email/verify': 'account',
  'PUT /auth/email': 'account',
  'POST /auth/email/complete': 'account',
  'POST /auth/email/undo': 'public',
  'GET /auth/factors': 'account',
  'POST /auth/factors/totp': 'account',
  'POST /auth/factors/totp/activate': 'account',
  'DELETE /auth/factors/totp': 'account',
  'POST /auth/factors/recovery-codes': 'account',
  'POST /auth/passkeys': 'account',
  'POST /auth/passkeys/options': 'account',
  'PATCH /auth/passkeys/{passkeyId}': 'account',
  'DELETE /auth/passkeys/{passkeyId}': 'account',
  'DELETE /auth/account': 'account',
  'GET /auth/activity': 'account',
  'POST /auth/introspect': 'sessions:introspect',
  'POST /auth/token': 'a session',
  'GET /admin/users': 'admin:read',
  'POST /admin/users': 'admin:write',
  'GET /admin/users/{userId}': 'admin:read',
  'PATCH /admin/users/{userId}': 'admin:write',
  'DELETE /admin/users/{userId}': 'admin:write',
  'PUT /admin/users/{userId}/password': 'admin:write',
  'POST /admin/users/{userId}/password-reset': 'admin:write',
  'DELETE /admin/users/{userId}/factors': 'admin:write',
  'POST /admin/users/{userId}/unlock': 'admin:write',
  'GET /admin/users/{userId}/sessions': 'admin:read',
  'DELETE /admin/users/{userId}/sessions/{sessionId}': 'admin:revoke',
  'DELETE /admin/users/{userId}/sessions': 'admin:revoke',
  'GET /admin/users/{userId}/export': 'admin:read',
  'POST /admin/users/{userId}/erase': 'admin:write',
  'GET /admin/users/{userId}/activity': 'admin:read',
  'GET /admin/activity': 'admin:read',
  'GET /admin/invitations': 'admin:read',
  'POST /admin/invitations': 'admin:write',
  'DELETE /admin/invitations/{invitationId}': 'admin:write',
  'GET /health': 'public',
  'GET /': 'public',
  'GET /assets/{file}': 'public',
  'GET /openapi.json': 'public',
  'GET /docs': 'public',
  'GET /link/{action}': 'public',
  'GET /.well-known/webauthn': 'public',
  'GET /.well-known/change-password': 'public',
  'GET /.well-known/jwks.json': 'public',
  'GET /.well-known/openid-configuration': 'public',
}
const routes = Object.entries(REQUIRES) as [Route, string][]
const guarded = routes.filter(([, required]) => required !== 'public')
const SCOPES = ['admin:read', 'admin:revoke', 'admin:write', 'sessions:introspect', 'greeting:read']
/** A success, or the refusal of a link, a challenge or a factor that there is not. */
const ADMITTED = [200, 201, 202, 204, 303, 409, 410]
/** Scopes that resemble those of administration. */
const LIKE = ['admin', 'admin:', 'admin:*', 'admin:reads', 'Admin:read', 'xadmin:read', 'admin:readadmin:write', '*']

let service: TestService
beforeAll(async () => {
  service = await startTestService({
    MAILER: 'ses',
    REGISTRATION: 'open',
    LOGIN_CODE: 'on',
    PROVIDERS: unreachableProvider(),
    MAILS_PER_ADDRESS: '1000',
    MAILS_PER_SOURCE: '10000',
    TOKEN_AUDIENCES: 'orders',
  })
})
afterAll(() => service.close())

/** A request that succeeds, or gets 404, if it is admitted. */
function ask(route: Route, target: TestUser, options: RequestOptions = {}): Promise<Answer> {
  const [method = '', pattern = ''] = route.split(' ')
  const path = pattern
    .replace('{userId}', target.id)
    .replace(/\{(session|passkey|invitation|identity)Id\}/, 'x'.repeat(21))
    .replace('{provider}', 'idp')
  const credentials = { email: `${nanoid(10)}@example.com`, password: PASSWORD }
  const { assertion, registration } = unknownAnswers(service.url)
  const bodies: Partial<Record<Route, unknown>> = {
    'POST /auth/register': credentials,
    'POST /auth/login': { email: target.email, password: PASSWORD, credential: 'bearer' },
    'POST /auth/session/reauthenticate': { password: PASSWORD },
    'POST /auth/register/complete': { token: 'x', password: PASSWORD },
    'POST /auth/invitations/accept': { token: 'x', password: PASSWORD },
    'POST /auth/login/second-factor': { challenge: 'x', totp: '000000', credential: 'bearer' },
    'POST /auth/login/code': { email: target.email },
    'POST /auth/login/code/complete': { code: '00000000', credential: 'bearer' },
    'POST /auth/login/second-factor/options': { challenge: 'x' },
    'POST /auth/login/passkey': { response: assertion, credential: 'bearer' },
    'POST /auth/passkeys': { response: registration, name: 'phone' },
    'PATCH /auth/passkeys/{passkeyId}': { name: 'phone' },
    'POST /auth/factors/totp/activate': { code: '000000' },
    'POST /auth/password/reset': { email: target.email },
    'POST /auth/password/reset/complete': { token: 'x', newPassword: PASSWORD },
    'POST /auth/email/verify': { token: 'x' },
    'PUT /auth/email': { newEmail: credentials.email },
    'POST /auth/email/complete': { token: 'x' },
    'POST /auth/email/undo': { token: 'x' },
    'PUT /admin/users/{userId}/password': { password: `${PASSWORD}?` },
    'PUT /auth/password': { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` },
    'POST /auth/introspect': 'token=x',
    'POST /auth/token': { audience: 'orders', scopes: ['greeting:read'] },
    'POST /auth/oidc/{provider}/callback': 'state=x',
    'POST /auth/oidc/{provider}/logout': 'logout_token=x',
    'POST /auth/identities': { provider: 'idp' },
    'POST /auth/oidc/{provider}/revoke': REVOCATION,
    'POST /auth/oidc/{provider}/events': 'x',
    'POST /auth/exchange': unverifiedExchange(),
    'POST /admin/users': credentials,
    'POST /admin/invitations': { email: credentials.email, scopes: [] },
    'PATCH /admin/users/{userId}': { name: 'Ada' },
  }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const text = route.endsWith('/events') ? SECEVENT : form
  const headers = { ...(typeof bodies[route] === 'string' ? text : {}), ...options.headers }
  const origin = route.startsWith('POST /auth/login/code') ? { origin: service.url } : {}
  return service.request(method, path, { body: bodies[route], ...origin, ...options, headers })
}

/** Changes a user's item directly in the table. */
async function changeUser({ id }: TestUser, change: object): Promise<void> {
  const item = await service.tables.get(service.tables.users, { pk: { S: `user#${id}` } })
  await service.tables.put(service.tables.users, { ...item, ...change })
}

describe('every route [AZ-01]', () => {
  test('has its requirement in this file', () => {
    expect(Object.keys(REQUIRES).sort()).toEqual(Object.keys(ROUTES).sort())
  })

  test.each(routes)('%s without a session is refused unless the route is public', async (route, required) => {
    const answer = await ask(route, await service.user())
    if (route.endsWith('/logout') && route.includes('{provider}')) return expectProblem(answer, 'provider_refused')
    // Nothing that a provider has signed: without effect, whatever session there is.
    const refused = { '/revoke': 401, '/events': 400, '/exchange': 503 }[
      /\/(revoke|events|exchange)$/.exec(route)?.[0] ?? ''
    ]
    if (refused !== undefined) return expect(answer.status).toBe(refused)
    if (required === 'public') return expect(route.includes('{file}') ? [404] : ADMITTED).toContain(answer.status)
    expectProblem(answer, 'unauthenticated')
    expect(answer.headers['www-authenticate']).not.toContain('error=')
    expectProblem(await ask(route, await service.user(), { bearer: 'junk' }), 'unauthenticated')
  })

  test.each(guarded)(
    '%s is refused without its scope, even with every other, and admitted with it alone: %s',
    async (route, required) => {
      const target = await service.user()
      const scopes = required === 'a session' || required === 'account' ? [] : [required]
      const user = await service.user([...new Set([...scopes, ...(required === 'account' ? [] : SCOPES)])])
      const others = ['account', ...user.scopes].filter((scope) => scope !== required)
      if (required !== 'a session')
        for (const held of [[], others]) {
          const { token: bearer } = await service.session(user, held)
          const answer = await ask(route, target, { bearer })
          expectProblem(answer, 'insufficient_scope')
          expect(answer.headers['www-authenticate']).toContain(`scope="${required}"`)
        }
      const { token: bearer } = await service.session(user, required === 'a session' ? [] : [required])
      // A session without scopes has none to put into a token, and the provider to link an identity of does not answer.
      const OWN: Partial<Record<Route, number>> = { 'POST /auth/token': 400, 'POST /auth/identities': 503 }
      const own = OWN[route]
      const admitted = own ? [own] : [...ADMITTED, 404]
      expect(admitted).toContain((await ask(route, target, { bearer })).status)
    },
  )

  // Introspection trusts the session's row, like every check: disabling and revoking all delete it.
  test.each(guarded.filter(([route]) => route !== 'POST /auth/introspect'))(
    '%s is refused for a disabled user and for a session of an older epoch',
    async (route) => {
      const target = await service.user()
      for (const change of [{ status: { S: 'disabled' } }, { epoch: { N: '1' } }]) {
        const user = await service.user(SCOPES)
        const { token: bearer } = await service.session(user)
        await changeUser(user, change)
        expectProblem(await ask(route, target, { bearer }), 'unauthenticated')
      }
    },
  )
})

test('a deleted own session and another user’s session get the same response [AZ-02]', async () => {
  const { token: bearer } = await service.signIn(await service.user())
  const other = await service.signIn(await service.user())
  const answers = [other.id, 'x'.repeat(21)].map((id) => service.request('DELETE', `/auth/sessions/${id}`, { bearer }))
  const [foreign, missing] = (await Promise.all(answers)).map(({ text }) => text.replace(/urn:uuid:[0-9a-f-]+/, ''))
  expect(foreign).toBe(missing)
  expect((await service.request('GET', '/auth/session', { bearer: other.token })).status).toBe(200)
})

describe('the session alone determines the actor [AZ-03]', () => {
  test('and other claims in a body or query are refused', async () => {
    const user = await service.user(['admin:write'])
    const { token: bearer } = await service.signIn(user)
    const other = await service.user(['admin:read'])
    const forged = { authorizer: { lambda: { userId: other.id, scopes: 'admin:read' } } }
    const claims = { userId: other.id, id: other.id, role: 'admin', sub: other.id, requestContext: forged }
    const bodies: [method: string, path: string, body: object][] = [
      ['POST', '/auth/register', { email: 'claims@example.com', password: PASSWORD }],
      ['POST', '/auth/login', { email: user.email, password: PASSWORD }],
      ['POST', '/auth/session/reauthenticate', { password: PASSWORD }],
      ['PUT', '/auth/password', { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }],
      ['POST', '/admin/users', { email: 'claims@example.com', password: PASSWORD }],
      ['PATCH', `/admin/users/${other.id}`, { name: 'Ada' }],
    ]
    for (const [method, path, body] of bodies) {
      for (const [name, value] of Object.entries(claims)) {
        const sent = { ...body, [name]: value }
        expectProblem(
          await service.request(method, path, { bearer, origin: service.url, body: sent }),
          'invalid_request',
        )
      }
      const asked = { bearer, origin: service.url, body }
      expectProblem(await service.request(method, `${path}?userId=${other.id}`, asked), 'invalid_request')
    }
    const granting = { email: 'claims@example.com', password: PASSWORD, scopes: ['admin:write'] }
    expectProblem(await service.request('POST', '/auth/register', { body: granting }), 'invalid_request')
    expect((await service.request('GET', '/auth/session', { bearer })).json.user.id).toBe(user.id)
  })

  test('and claims in headers are ignored', async () => {
    const user = await service.user()
    const other = await service.user(SCOPES)
    const { token: bearer } = await service.signIn(user)
    const context = JSON.stringify({ authorizer: { lambda: { userId: other.id, scopes: SCOPES.join(' ') } } })
    const headers = { 'x-user-id': other.id, 'x-scopes': 'admin:read', 'x-amzn-request-context': context }
    const answer = await ask('GET /auth/session', user, { bearer, headers: { ...headers, requestcontext: context } })
    expect([answer.json.user.id, answer.json.session.scopes]).toEqual([user.id, ['account']])
    expectProblem(await ask('GET /admin/users', user, { bearer, headers }), 'insufficient_scope')
  })
})

test('scopes are compared exactly, without prefixes, wildcards or case folding [AZ-05]', async () => {
  const user = await service.user([...LIKE, 'greeting:read'])
  const { token: bearer, answer } = await service.signIn(user)
  expect(answer.json.session.scopes).toEqual(['account', ...LIKE, 'greeting:read'])
  for (const [route, required] of guarded)
    if (/^admin:|^sessions:/.test(required)) expectProblem(await ask(route, user, { bearer }), 'insufficient_scope')
  for (const scopes of [
    'greeting:read',
    ['greeting:read '],
    [' greeting:read'],
    [''],
    ['greeting:read admin:read'],
    {},
  ])
    expectProblem((await service.signIn(user, { scopes })).answer, 'invalid_request')
  for (const scopes of [['greeting:*'], ['greeting'], ['GREETING:READ']])
    expectProblem((await service.signIn(user, { scopes })).answer, 'invalid_scope')
})

describe('alternative spellings of a path [AZ-07]', () => {
  /** Spellings that a component on the way could normalize to the path. */
  const spellings = (path: string) => {
    const [, first = '', ...rest] = path.split('/')
    const tail = rest.join('/')
    return [
      `/${path}`,
      `/.${path}`,
      `/x/..${path}`,
      `/x/%2e%2e${path}`,
      `/${first}//${tail}`,
      `/${first}/./${tail}`,
      `/${first}%2F${tail}`,
      `/${first}%5C${tail}`,
      `/%${first.charCodeAt(0).toString(16)}${first.slice(1)}/${tail}`,
      `/${first.toUpperCase()}/${tail}`,
      path.toUpperCase(),
      `${path}/`,
      `${path}/.`,
      `${path};x`,
      `${path};jsessionid=1`,
      `${path}%20`,
      `${path}%00`,
      `${path}%3Fx`,
      `${path}.json`,
    ]
  }

  test('do not bypass the guard of administration', async () => {
    const user = await service.user()
    const { token: bearer } = await service.signIn(user)
    const { token: admin } = await service.session(await service.user(SCOPES))
    for (const path of ['/admin/users', `/admin/users/${user.id}`, `/admin/users/${user.id}/sessions`, '/greeting/x'])
      for (const spelling of spellings(path))
        for (const credential of [{}, { bearer }, { bearer: admin }]) {
          const answer = await service.request('GET', spelling, credential)
          expect([401, 403, 404, 405], `${spelling} ${answer.status}`).toContain(answer.status)
          expect(answer.text).not.toContain(user.email)
        }
  })

  test('do not reach a login whose attempts are not counted', async () => {
    const { email } = await service.user()
    service.proxy.calls.length = 0
    for (const spelling of [...spellings('/auth/login'), ...spellings('/auth/register')]) {
      const body = { email, password: PASSWORD, credential: 'bearer' }
      expectProblem(await service.request('POST', spelling, { body }), 'not_found')
    }
    expect(service.proxy.calls).toEqual([])
    for (const method of ['GET', 'PUT', 'post', 'Post', 'PATCH'])
      expect((await service.request(method, '/auth/login', { body: {} })).status).toBeGreaterThanOrEqual(400)
    expect(service.proxy.calls).toEqual([])
  })

  test('and headers with another path do not bypass a guard', async () => {
    const { token: bearer } = await service.signIn(await service.user())
    for (const name of ['x-original-url', 'x-rewrite-url', 'x-forwarded-path', 'x-forwarded-prefix']) {
      const answer = await service.request('GET', '/auth/session', { bearer, headers: { [name]: '/admin/users' } })
      expect(Object.keys(answer.json).sort()).toEqual(['session', 'user'])
    }
    const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE', 'x-http-method': 'DELETE' }
    expect((await service.request('GET', '/auth/sessions', { bearer, headers })).json.sessions).toHaveLength(1)
  })
})

test('only the functions that need it may write users, create sessions or change passwords and scopes [AZ-09]', async () => {
  const rights = await rightsByFunction()
  const able = (call: string, attribute?: string) =>
    [...rights]
      .filter(([, held]) =>
        held.some((right) => right.call === call && (!attribute || (right.attributes?.includes(attribute) ?? true))),
      )
      .map(([name]) => name)
      .sort()
  expect(rights.get('authorizer')?.map(({ call }) => call)).toEqual(['GetItem sessions', 'UpdateItem sessions'])
  expect(able('PutItem users')).toEqual([
    ...['accept-invitation', 'admin-create-user', 'complete-email-change', 'complete-registration'],
    ...['exchange-token', 'provider-callback', 'register'],
  ])
  expect(able('PutItem users', 'changeId')).toEqual([
    ...[
      'accept-invitation',
      'admin-create-user',
      'complete-registration',
      'exchange-token',
      'provider-callback',
      'register',
    ],
  ])
  expect(able('PutItem users', 'scopes')).toEqual([
    'accept-invitation',
    'admin-create-user',
    'exchange-token',
    'provider-callback',
  ])
  expect(able('PutItem users', 'emailVerified')).toEqual([
    ...['accept-invitation', 'complete-registration', 'exchange-token', 'provider-callback'],
  ])
  expect(able('DeleteItem users')).toEqual([
    'accept-invitation',
    'admin-create-user',
    'admin-delete-user',
    'admin-erase-user',
    'complete-email-change',
    'complete-registration',
    'delete-account',
    'exchange-token',
    'provider-callback',
    'register',
    'undo-email-change',
    'unlink-identity',
  ])
  expect(able('DeleteItem users', 'changeId')).toEqual([
    ...['accept-invitation', 'admin-create-user', 'admin-delete-user', 'admin-erase-user', 'complete-registration'],
    ...['delete-account', 'exchange-token', 'provider-callback', 'register'],
  ])
  expect(able('UpdateItem users', 'passwordHash')).toEqual([
    'admin-set-password',
    'change-password',
    'complete-login-code',
    'complete-password-reset',
    'exchange-token',
    'login',
    'provider-callback',
    'undo-email-change',
  ])
  expect(able('UpdateItem users', 'email')).toEqual(['complete-email-change', 'undo-email-change'])
  expect(able('UpdateItem users', 'undo')).toEqual(['complete-email-change', 'send-mail', 'undo-email-change'])
  expect(able('UpdateItem users', 'totp')).toEqual([
    'activate-totp',
    'admin-reset-factors',
    'complete-login-code',
    'complete-password-reset',
    'exchange-token',
    'provider-callback',
    'reauthenticate',
    'remove-totp',
    'second-factor',
    'undo-email-change',
  ])
  expect(able('UpdateItem users', 'passkeys')).toEqual([
    'add-passkey',
    'admin-reset-factors',
    'complete-login-code',
    'complete-password-reset',
    'exchange-token',
    'passkey-login',
    'provider-callback',
    'reauthenticate',
    'remove-passkey',
    'rename-passkey',
    'second-factor',
    'undo-email-change',
  ])
  expect(able('UpdateItem users', 'scopes')).toEqual(['admin-update-user', 'exchange-token', 'provider-callback'])
  expect(able('UpdateItem users', 'status')).toEqual([
    'admin-delete-user',
    'admin-erase-user',
    'admin-update-user',
    'delete-account',
    'receive-signals',
  ])
  expect(able('PutItem sessions')).toEqual([
    'activate-totp',
    'add-passkey',
    'change-password',
    'complete-email-change',
    'complete-login-code',
    'exchange-token',
    'login',
    'passkey-login',
    'provider-callback',
    'reauthenticate',
    'remove-passkey',
    'remove-totp',
    'replace-recovery-codes',
    'revoke-all-sessions',
    'second-factor',
    'unlink-identity',
  ])
  expect(able('Query activity')).toEqual([
    'admin-erase-user',
    'admin-export-user',
    'admin-list-activity',
    'admin-recent-activity',
    'list-activity',
    'publish-events',
  ])
  expect(able('BatchWriteItem activity')).toEqual(['admin-erase-user'])
  expect(able('PutItem activity')).not.toContain('admin-erase-user')
  for (const call of ['GetItem', 'Scan', 'UpdateItem', 'DeleteItem']) expect(able(`${call} activity`)).toEqual([])
  expect(able('UpdateItem sessions', 'scopes')).toEqual([])
  expect(able('BatchWriteItem sessions', 'secretHash')).toEqual([])
  for (const { call } of [...rights.values()].flat())
    expect(call).toMatch(/^[A-Za-z]+ (sessions|users|attempts|activity|outbox)$/)
})

describe('an administrator’s session authenticated 15 minutes ago [AZ-10]', () => {
  test('cannot change or export users before reauthentication, but can read and revoke sessions', async () => {
    for (const [index, [route, required]] of guarded.filter(([route]) => route.includes('/admin/')).entries()) {
      const target = await service.user() // some routes delete it
      const { token: bearer, id } = await service.session(await service.user(SCOPES))
      const row = (await service.tables.scan(service.tables.sessions)).find(({ sessionId }) => sessionId?.S === id)
      const authenticatedAt = { N: String(Number(row?.authenticatedAt?.N) - 901) }
      await service.tables.put(service.tables.sessions, {
        ...row,
        authenticatedAt,
        narrowed: { BOOL: index % 2 === 0 },
      })
      const answer = await ask(route, target, { bearer })
      if (route.endsWith('/unlock') || (required !== 'admin:write' && !route.endsWith('/export'))) {
        expect([200, 204, 404], route).toContain(answer.status)
        continue
      }
      expectProblem(answer, 'reauthentication_required', 'bearer')
      const { json } = await ask('POST /auth/session/reauthenticate', target, { bearer })
      const admitted = route.endsWith('{invitationId}') ? [404] : ADMITTED
      expect(admitted, route).toContain((await ask(route, target, { bearer: json.token })).status)
    }
  })
})
