import { createClient, type Route } from 'coatcheck/client'
import { nanoid } from 'nanoid'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../../functions/http/routes.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { createAuthenticator } from '../support/authenticator.ts'
import { failureOf } from '../support/client-failure.ts'
import { PASSWORD, startTestService, type TestService } from '../support/service.ts'
import { unreachableProvider, unverifiedExchange } from '../support/unreachable-provider.ts'

// The client against the real service. The types are tested in `tests/types/client.ts`.

describe('the client', () => {
  let service: TestService
  beforeAll(async () => {
    service = await startTestService({
      MAILER: 'ses',
      REGISTRATION: 'open',
      LOGIN_CODE: 'on',
      PROVIDERS: unreachableProvider(),
      LOGIN_ATTEMPTS_PER_ACCOUNT: '3',
      TOKEN_AUDIENCES: 'orders',
    })
    // The first call loads a function's code. On a busy machine that can exceed the time limit of a request.
    const body = { email: 'warm-up@example.com', password: PASSWORD }
    for (const path of ['/auth/register', '/auth/login'])
      while ((await service.request('POST', path, { body, origin: service.url })).status === 503);
  })
  afterEach(() => {
    service.proxy.fault = undefined
  })
  afterAll(() => service.close())

  const called = new Set<string>()
  /** A client with a bearer token that records the routes it calls. */
  function clientOf(token?: string | (() => string | undefined)) {
    const client = createClient({ baseUrl: service.url, token })
    return ((route: Route, ...rest: []) => {
      called.add(route)
      return client(route as 'GET /health', ...rest)
    }) as typeof client
  }
  const signedIn = async (scopes: string[] = []) => {
    const user = await service.user(scopes)
    const { token, id } = await service.signIn(user)
    return { user, id, call: clientOf(token) }
  }

  const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
  const time = expect.stringMatching(RFC_3339)

  test('calls every route of the user’s own account', async () => {
    let token: string | undefined
    const call = clientOf(() => token)
    const email = `${nanoid(8).toLowerCase()}@example.com`

    const registered = await call('POST /auth/register', { body: { email, password: PASSWORD, name: 'Ada' } })
    const { id } = registered.user ?? {}
    expect(registered).toEqual({
      user: { id, email, emailVerified: false, name: 'Ada', scopes: [], status: 'active', createdAt: time },
    })
    const body = { email, password: PASSWORD, credential: 'bearer', label: 'a test' } as const
    const login = await call('POST /auth/login', { body })
    token = login.token
    expect(login).toEqual({
      session: {
        id: expect.any(String),
        userId: id,
        scopes: ['account'],
        label: 'a test',
        factors: ['password'],
        assurance: 1,
        ip: expect.any(String),
        userAgent: expect.any(String),
        createdAt: time,
        authenticatedAt: time,
        lastSeenAt: time,
        expiresAt: time,
        endsAt: time,
      },
      user: registered.user,
      token: expect.stringMatching(/^cct_/),
    })
    expect(await call('GET /auth/session')).toEqual({ session: login.session, user: registered.user })
    expect(await call('GET /auth/sessions')).toEqual({ sessions: [{ ...login.session, current: true }] })

    const reauthenticated = await call('POST /auth/session/reauthenticate', { body: { password: PASSWORD } })
    expect((await failureOf(call('GET /auth/session'))).code).toBe('unauthenticated')
    token = reauthenticated.token
    const changed = await call('PUT /auth/password', {
      body: { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` },
    })
    token = changed.token
    const other = await call('POST /auth/login', { body: { ...body, password: `${PASSWORD}!` } })
    // A login revokes the session whose token it presents.
    token = other.token
    expect((await call('GET /auth/session')).session.id).toBe(other.session.id)

    const kept = await call('DELETE /auth/sessions', { query: { keep: 'current' } })
    expect(kept).toEqual({ revoked: 0, session: expect.any(Object), token: expect.stringMatching(/^cct_/) })
    token = kept.token
    const { session } = await call('GET /auth/session')
    expect(await call('DELETE /auth/sessions/{sessionId}', { params: { sessionId: session.id } })).toBeUndefined()
    token = undefined
    const again = { body: { ...body, password: `${PASSWORD}!` } }
    token = (await call('POST /auth/login', again)).token
    expect(await call('DELETE /auth/sessions')).toEqual({ revoked: 1 })
    token = undefined
    token = (await call('POST /auth/login', again)).token
    expect(await call('POST /auth/logout')).toBeUndefined()
    token = undefined
    token = (await call('POST /auth/login', again)).token
    expect(await call('DELETE /auth/account')).toBeUndefined()
    expect((await failureOf(call('GET /auth/session'))).code).toBe('unauthenticated')
  })

  test('calls every route of an administrator', async () => {
    const { call } = await signedIn(['admin:read', 'admin:write', 'admin:revoke'])
    const email = `${nanoid(8).toLowerCase()}@example.com`
    const { user } = await call('POST /admin/users', { body: { email, password: PASSWORD, scopes: ['notes:read'] } })
    const userId = user.id
    expect(await call('GET /admin/users', { query: { email } })).toEqual({ users: [user] })
    const page = await call('GET /admin/users', { query: { limit: '1', cursor: undefined } })
    expect(page.users).toHaveLength(1)
    const next = await call('GET /admin/users', { query: { limit: '1', cursor: page.cursor } })
    expect(next.users[0]?.id).not.toBe(page.users[0]?.id)
    expect(await call('GET /admin/users/{userId}', { params: { userId } })).toEqual({ user, identities: [] })

    const body = { email, password: PASSWORD, credential: 'bearer' } as const
    const logins = await Promise.all([0, 1, 2].map(() => clientOf()('POST /auth/login', { body })))
    const sessionId = logins[0]?.session.id ?? ''
    const { sessions } = await call('GET /admin/users/{userId}/sessions', { params: { userId } })
    expect(sessions.map(({ id }) => id)).toContain(sessionId)
    const one = { params: { userId, sessionId } }
    expect(await call('DELETE /admin/users/{userId}/sessions/{sessionId}', one)).toBeUndefined()
    expect(await call('DELETE /admin/users/{userId}/sessions', { params: { userId } })).toEqual({ revoked: 2 })

    const nothing = { activity: [] } // this service keeps none
    expect(await call('GET /admin/users/{userId}/activity', { params: { userId } })).toEqual(nothing)
    expect(await call('GET /admin/activity', { query: { limit: '1' } })).toEqual(nothing)
    expect(await call('GET /auth/activity')).toEqual(nothing)
    const exported = await call('GET /admin/users/{userId}/export', { params: { userId } })
    expect(exported.user).toEqual({
      ...user,
      passkeys: [],
      identities: [],
      lastChanges: [expect.objectContaining({ reason: 'revoked_all' })],
    })

    const change = { params: { userId }, body: { name: undefined, status: 'disabled' } } as const
    const changed = await call('PATCH /admin/users/{userId}', change)
    expect(changed.user).toEqual({ ...user, status: 'disabled' })
    expect(await call('DELETE /admin/users/{userId}', { params: { userId } })).toBeUndefined()
    expect(await call('GET /admin/users', { query: { email } })).toEqual({ users: [] })
    const other = (await call('POST /admin/users', { body: { email, password: PASSWORD } })).user
    expect(await call('POST /admin/users/{userId}/erase', { params: { userId: other.id } })).toBeUndefined()
  })

  test('calls the introspection and health routes', async () => {
    const { call } = await signedIn(['sessions:introspect'])
    const user = await service.user(['notes:read'])
    const { token, id } = await service.signIn(user)
    const times = { iat: expect.any(Number), exp: expect.any(Number) }
    const live = { active: true, sub: user.id, scope: 'account notes:read', sid: id, ...times }
    expect(await call('POST /auth/introspect', { body: { token } })).toEqual(live)
    expect(await call('POST /auth/introspect', { body: { token: 'a&b=c d+é' } })).toEqual({ active: false })
    expect(await clientOf()('GET /health')).toEqual({ status: 'ok' })
  })

  test('calls the route of signed tokens, and asks for receipts', async () => {
    const { call, user } = await signedIn(['notes:read', 'admin:revoke'])
    const body = { audience: 'orders', scopes: ['notes:read'] }
    expect(await call('POST /auth/token', { body })).toMatchObject({ ...body, tokenType: 'Bearer', expiresIn: 300 })
    const prefer = 'return=receipt'
    const other = { userId: (await service.user()).id }
    const receipt = expect.any(String)
    expect(await call('DELETE /admin/users/{userId}/sessions', { params: other, prefer })).toEqual({
      revoked: 0,
      receipt,
    })
    const { id: sessionId } = await service.signIn({ ...user, password: PASSWORD } as never)
    expect(await call('DELETE /auth/sessions/{sessionId}', { params: { sessionId }, prefer })).toEqual({ receipt })
    expect(await call('POST /auth/logout', { prefer })).toEqual({ receipt })
  })

  test('calls the exchange of a provider’s token', async () => {
    const answer = clientOf()('POST /auth/exchange', { body: unverifiedExchange() })
    expect((await failureOf(answer)).code).toBe('provider_unavailable')
  })

  test('calls the routes of invitations and mailed codes', async () => {
    const { call, user } = await signedIn(['admin:read', 'admin:write'])
    const body = { email: `invited-${user.email}`, scopes: ['notes:read'], name: undefined }
    const { invitation } = await call('POST /admin/invitations', { body })
    expect(invitation).toMatchObject({ email: body.email, scopes: ['notes:read'], status: 'open', invitedBy: user.id })
    expect((await call('GET /admin/invitations', { query: { limit: '100' } })).invitations).toContainEqual(invitation)
    const params = { invitationId: invitation.id }
    expect(await call('DELETE /admin/invitations/{invitationId}', { params })).toBeUndefined()
    const refused = async (answer: Promise<unknown>) => (await failureOf(answer)).code
    expect(await refused(call('POST /auth/login/code', { body: { email: user.email } }))).toBe('cross_origin')
    expect(await refused(call('POST /auth/login/code/complete', { body: { code: '00000000' } }))).toBe('cross_origin')
  })

  test('calls the routes of mailed links and second factors', async () => {
    const { call, user } = await signedIn(['admin:write'])
    const params = { userId: user.id }
    const codeOf = async (answer: Promise<unknown>) => (await failureOf(answer)).code
    const body = { token: 'x', password: PASSWORD }
    expect(await call('POST /auth/password/reset', { body: { email: user.email } })).toBeUndefined()
    expect(await call('POST /auth/email/verification')).toBeUndefined()
    expect(await call('POST /admin/users/{userId}/password-reset', { params })).toBeUndefined()
    expect(await call('POST /admin/users/{userId}/unlock', { params })).toBeUndefined()
    expect(await codeOf(call('POST /auth/register/complete', { body }))).toBe('invalid_link')
    expect(await codeOf(call('POST /auth/invitations/accept', { body }))).toBe('invalid_link')
    expect(await codeOf(call('POST /auth/email/verify', { body: { token: 'x' } }))).toBe('invalid_link')
    expect(await call('PUT /auth/email', { body: { newEmail: 'new@example.com' } })).toBeUndefined()
    expect(await codeOf(call('POST /auth/email/complete', { body: { token: 'x' } }))).toBe('invalid_link')
    expect(await codeOf(call('POST /auth/email/undo', { body: { token: 'x' } }))).toBe('invalid_link')
    const reset = { token: 'x', newPassword: PASSWORD }
    expect(await codeOf(call('POST /auth/password/reset/complete', { body: reset }))).toBe('invalid_link')
    const second = { challenge: 'x', totp: '000000', credential: 'bearer' } as const
    expect(await codeOf(call('POST /auth/login/second-factor', { body: second }))).toBe('challenge_expired')
    expect(await call('GET /auth/factors')).toEqual({ passkeys: [], recoveryCodesLeft: 0 })
    expect(await codeOf(call('POST /auth/factors/totp/activate', { body: { code: '1' } }))).toBe('conflict')
    expect(await codeOf(call('POST /auth/factors/recovery-codes'))).toBe('conflict')
    const text = expect.any(String)
    expect(await call('POST /auth/factors/totp')).toEqual({ secret: text, uri: text })
    const other = { userId: (await service.user()).id }
    const set = { params: other, body: { password: `${PASSWORD}!` } }
    expect(await call('PUT /admin/users/{userId}/password', set)).toBeUndefined()
    expect(await call('DELETE /admin/users/{userId}/factors', { params: other })).toBeUndefined()
    expect(await call('DELETE /auth/factors/totp')).toMatchObject({ session: { assurance: 1 }, token: text })
  })

  test('calls the routes of identities', async () => {
    const { call } = await signedIn()
    const codeOf = async (answer: Promise<unknown>) => (await failureOf(answer)).code
    expect(await call('GET /auth/identities')).toEqual({ identities: [] })
    expect(await codeOf(call('POST /auth/identities', { body: { provider: 'idp' } }))).toBe('provider_unavailable')
    const params = { identityId: 'x' }
    expect(await codeOf(call('DELETE /auth/identities/{identityId}', { params }))).toBe('not_found')
  })

  test('calls the routes of passkeys', async () => {
    const user = await service.user()
    let token: string | undefined = (await service.signIn(user)).token
    const call = clientOf(() => token)
    const authenticator = createAuthenticator({ origin: service.url })
    const codeOf = async (answer: Promise<unknown>) => (await failureOf(answer)).code
    const { options } = await call('POST /auth/passkeys/options')
    const body = { response: authenticator.register(options), name: 'phone' }
    const added = await call('POST /auth/passkeys', { body })
    const { passkey } = added
    expect(added.recoveryCodes).toHaveLength(10)
    token = added.token
    const params = { passkeyId: passkey.id }
    const renamed = await call('PATCH /auth/passkeys/{passkeyId}', { params, body: { name: 'key' } })
    expect(renamed).toEqual({ passkey: { ...passkey, name: 'key' } })
    const request = await call('POST /auth/login/passkey/options')
    const response = authenticator.sign(request.options, user.id)
    const login = { body: { response, credential: 'bearer' } } as const
    const signedInBy = await call('POST /auth/login/passkey', login)
    expect(signedInBy).toMatchObject({ session: { factors: ['passkey'] } })
    token = signedInBy.token
    expect(await codeOf(call('POST /auth/login/passkey', login))).toBe('challenge_expired')
    const challenge = { body: { challenge: 'x' } }
    expect(await codeOf(call('POST /auth/login/second-factor/options', challenge))).toBe('challenge_expired')
    expect(await call('DELETE /auth/passkeys/{passkeyId}', { params })).toMatchObject({ session: { assurance: 1 } })
  })

  test('has now called every route except pages and files', () => {
    const page = ['GET /', 'GET /assets/{file}', 'GET /openapi.json', 'GET /docs', 'GET /link/{action}']
    page.push('GET /.well-known/change-password')
    page.push('GET /.well-known/webauthn', 'GET /.well-known/jwks.json', 'GET /.well-known/openid-configuration')
    for (const step of [
      'GET {}/start',
      'GET {}/callback',
      'POST {}/callback',
      'POST {}/logout',
      'POST {}/revoke',
      'POST {}/events',
    ])
      page.push(step.replace('{}', '/auth/oidc/{provider}'))
    expect([...called].sort()).toEqual(
      Object.keys(ROUTES)
        .filter((route) => !page.includes(route))
        .toSorted(),
    )
  })

  test('authenticates with the cookie that a browser stores', async () => {
    let cookie = ''
    const call = createClient({
      baseUrl: service.url,
      fetch: async (url, init) => {
        const response = await fetch(url, { ...init, headers: { ...init?.headers, cookie, origin: service.url } })
        cookie = response.headers.getSetCookie().at(-1)?.split(';')[0] ?? cookie
        return response
      },
    })
    const { email, password, id } = await service.user()
    const { token } = await call('POST /auth/login', { body: { email, password } })
    expect(token).toBeUndefined()
    expect((await call('GET /auth/session')).user.id).toBe(id)
    await call('POST /auth/logout')
    expect(cookie).toBe('__Host-session=')
  })

  test('throws a Problem with the code, status and fields of the response', async () => {
    const { call, user } = await signedIn()
    const { email } = user
    const invalid = await failureOf(call('POST /auth/login', { body: { email: 'nobody', password: PASSWORD } }))
    expect(invalid).toMatchObject({ code: 'invalid_request', ...PROBLEMS.invalid_request })
    expect(invalid.errors).toEqual([
      { pointer: '/email', detail: expect.stringContaining('expected an email address') },
    ])
    expect(invalid.instance).toMatch(/^urn:uuid:/)
    expect(Object.keys(invalid)).not.toContain('rule')

    const scope = await failureOf(call('GET /admin/users'))
    expect(scope).toMatchObject({ code: 'insufficient_scope', status: 403, required: ['admin:read'] })
    const weak = await failureOf(call('POST /auth/register', { body: { email: `new-${email}`, password: 'short' } }))
    expect(weak).toMatchObject({ code: 'password_rejected', status: 422, rule: expect.stringMatching(/./) })
    const sessionId = 'x'.repeat(21)
    const absent = await failureOf(call('DELETE /auth/sessions/{sessionId}', { params: { sessionId } }))
    expect(absent).toMatchObject({ code: 'not_found', status: 404 })
    const unauthenticated = await failureOf(clientOf('junk')('GET /auth/session'))
    expect(unauthenticated).toMatchObject({ code: 'unauthenticated', status: 401 })
    expect(unauthenticated.retryAfterSeconds).toBeUndefined()
  })

  test('reports too_many_attempts with the seconds to wait', async () => {
    const { email } = await service.user()
    const body = { email, password: 'a wrong password', credential: 'bearer' } as const
    const guess = () => failureOf(clientOf()('POST /auth/login', { body }))
    for (let i = 0; i < 3; i++) expect((await guess()).code).toBe('invalid_credentials')
    const { code, status, retryAfterSeconds } = await guess()
    expect({ code, status }).toEqual({ code: 'too_many_attempts', status: 429 })
    expect(retryAfterSeconds).toBeGreaterThan(800)
    expect(retryAfterSeconds).toBeLessThanOrEqual(900)
  })

  test('reports unavailable while DynamoDB is unreachable', async () => {
    const { call } = await signedIn()
    service.proxy.fault = () => 'failed'
    const { code, status, retryAfterSeconds } = await failureOf(call('GET /auth/session'))
    expect({ code, status, retryAfterSeconds }).toEqual({ code: 'unavailable', status: 503, retryAfterSeconds: 1 })
  })
})
