import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { createClient, Problem, type Route } from 'coatcheck/client'
import { nanoid } from 'nanoid'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../../functions/http/routes.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { freePort } from '../support/free-port.ts'
import { PASSWORD, startTestService, type TestService } from '../support/service.ts'

// The client against the real service, and against what is none. That its types are the routes' own is
// `tests/types/client.ts`.

/** How a call failed: always with a problem. */
async function failure(call: Promise<unknown>): Promise<Problem> {
  const outcome = await call.then(
    (answer) => ({ answer }),
    (error: unknown) => error,
  )
  if (!(outcome instanceof Problem)) throw new Error('no problem', { cause: outcome })
  expect(outcome).toBeInstanceOf(Error)
  expect(outcome).toMatchObject({ name: 'Problem', message: outcome.detail, detail: expect.stringMatching(/\S/) })
  return outcome
}

describe('against the service', () => {
  let service: TestService
  beforeAll(async () => {
    service = await startTestService({ DATASTORE_TIMEOUT_MS: '1000', LOGIN_ATTEMPTS_PER_ACCOUNT: '3' })
  })
  afterEach(() => {
    service.proxy.fault = undefined
  })
  afterAll(() => service.close())

  const called = new Set<string>()
  /** A client with a bearer token, whose routes are noted. */
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

  test('one’s own account, from registration to its end', async () => {
    let token: string | undefined
    const call = clientOf(() => token)
    const email = `${nanoid(8).toLowerCase()}@example.com`

    const registered = await call('POST /auth/register', { body: { email, password: PASSWORD, name: 'Ada' } })
    const { id } = registered.user
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
    expect((await failure(call('GET /auth/session'))).code).toBe('unauthenticated')
    token = reauthenticated.token
    const changed = await call('PUT /auth/password', {
      body: { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` },
    })
    token = changed.token
    const other = await call('POST /auth/login', { body: { ...body, password: `${PASSWORD}!` } })
    // A login ends the session that it was presented with.
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
    expect((await failure(call('GET /auth/session'))).code).toBe('unauthenticated')
  })

  test('what an administrator does', async () => {
    const { call } = await signedIn(['admin:read', 'admin:write', 'admin:revoke'])
    const email = `${nanoid(8).toLowerCase()}@example.com`
    const { user } = await call('POST /admin/users', { body: { email, password: PASSWORD, scopes: ['notes:read'] } })
    const userId = user.id
    expect(await call('GET /admin/users', { query: { email } })).toEqual({ users: [user] })
    const page = await call('GET /admin/users', { query: { limit: '1', cursor: undefined } })
    expect(page.users).toHaveLength(1)
    const next = await call('GET /admin/users', { query: { limit: '1', cursor: page.cursor } })
    expect(next.users[0]?.id).not.toBe(page.users[0]?.id)
    expect(await call('GET /admin/users/{userId}', { params: { userId } })).toEqual({ user })

    const body = { email, password: PASSWORD, credential: 'bearer' } as const
    const logins = await Promise.all([0, 1, 2].map(() => clientOf()('POST /auth/login', { body })))
    const sessionId = logins[0]?.session.id ?? ''
    const { sessions } = await call('GET /admin/users/{userId}/sessions', { params: { userId } })
    expect(sessions.map(({ id }) => id)).toContain(sessionId)
    const one = { params: { userId, sessionId } }
    expect(await call('DELETE /admin/users/{userId}/sessions/{sessionId}', one)).toBeUndefined()
    expect(await call('DELETE /admin/users/{userId}/sessions', { params: { userId } })).toEqual({ revoked: 2 })

    const change = { params: { userId }, body: { name: undefined, status: 'disabled' } } as const
    const changed = await call('PATCH /admin/users/{userId}', change)
    expect(changed.user).toEqual({ ...user, status: 'disabled' })
    expect(await call('DELETE /admin/users/{userId}', { params: { userId } })).toBeUndefined()
    expect(await call('GET /admin/users', { query: { email } })).toEqual({ users: [] })
  })

  test('what a service asks', async () => {
    const { call } = await signedIn(['sessions:introspect'])
    const user = await service.user(['notes:read'])
    const { token, id } = await service.signIn(user)
    const times = { iat: expect.any(Number), exp: expect.any(Number) }
    const live = { active: true, sub: user.id, scope: 'account notes:read', sid: id, ...times }
    expect(await call('POST /auth/introspect', { body: { token } })).toEqual(live)
    expect(await call('POST /auth/introspect', { body: { token: 'a&b=c d+é' } })).toEqual({ active: false })
    expect(await clientOf()('GET /health')).toEqual({ status: 'ok' })
  })

  test('these were all routes but the page’s', () => {
    const page = ['GET /', 'GET /assets/{file}']
    expect([...called].sort()).toEqual(
      Object.keys(ROUTES)
        .filter((route) => !page.includes(route))
        .toSorted(),
    )
  })

  test('with the cookie, as a browser keeps it', async () => {
    let cookie = ''
    const call = createClient({
      baseUrl: service.url,
      fetch: async (url, init) => {
        const response = await fetch(url, { ...init, headers: { ...init?.headers, cookie, origin: service.url } })
        cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
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

  test('a refusal has its code, its status and what belongs to it', async () => {
    const { call, user } = await signedIn()
    const { email } = user
    const invalid = await failure(call('POST /auth/login', { body: { email: 'nobody', password: PASSWORD } }))
    expect(invalid).toMatchObject({ code: 'invalid_request', ...PROBLEMS.invalid_request })
    expect(invalid.errors).toEqual([{ pointer: '/email', detail: 'expected an email address of at most 254 bytes' }])
    expect(invalid.instance).toMatch(/^urn:uuid:/)
    expect(Object.keys(invalid)).not.toContain('rule')

    const scope = await failure(call('GET /admin/users'))
    expect(scope).toMatchObject({ code: 'insufficient_scope', status: 403, required: ['admin:read'] })
    const weak = await failure(call('POST /auth/register', { body: { email: `new-${email}`, password: 'short' } }))
    expect(weak).toMatchObject({ code: 'password_rejected', status: 422, rule: expect.stringMatching(/./) })
    const sessionId = 'x'.repeat(21)
    const absent = await failure(call('DELETE /auth/sessions/{sessionId}', { params: { sessionId } }))
    expect(absent).toMatchObject({ code: 'not_found', status: 404 })
    const nobody = await failure(clientOf('junk')('GET /auth/session'))
    expect(nobody).toMatchObject({ code: 'unauthenticated', status: 401 })
    expect(nobody.retryAfterSeconds).toBeUndefined()
  })

  test('too many attempts, and how long to wait', async () => {
    const { email } = await service.user()
    const body = { email, password: 'a wrong password', credential: 'bearer' } as const
    const guess = () => failure(clientOf()('POST /auth/login', { body }))
    for (let i = 0; i < 3; i++) expect((await guess()).code).toBe('invalid_credentials')
    const { code, status, retryAfterSeconds } = await guess()
    expect({ code, status }).toEqual({ code: 'too_many_attempts', status: 429 })
    expect(retryAfterSeconds).toBeGreaterThan(800)
    expect(retryAfterSeconds).toBeLessThanOrEqual(900)
  })

  test('the datastore is out of reach', async () => {
    const { call } = await signedIn()
    service.proxy.fault = () => 'failed'
    const { code, status, retryAfterSeconds } = await failure(call('GET /auth/session'))
    expect({ code, status, retryAfterSeconds }).toEqual({ code: 'unavailable', status: 503, retryAfterSeconds: 1 })
  })
})

describe('what is sent', () => {
  /** The one request of a call. */
  async function sent(act: (send: typeof fetch) => Promise<unknown>) {
    const requests: [url: string, init: RequestInit][] = []
    await act(async (url, init = {}) => {
      requests.push([String(url), init])
      return Response.json({})
    })
    expect(requests).toHaveLength(1)
    const [url = '', init = {}] = requests[0] ?? []
    return { url, init, headers: new Headers(init.headers) }
  }

  test('goes to the page’s own origin with its cookie, and elsewhere with that one’s', async () => {
    const own = await sent((fetch) => createClient({ fetch })('GET /auth/session'))
    expect(own.url).toBe('/auth/session')
    expect(own.init).toMatchObject({ method: 'GET', credentials: 'same-origin', cache: 'no-store', redirect: 'error' })
    expect([...own.headers.keys()]).toEqual([])
    expect(own.init.body).toBeUndefined()
    for (const baseUrl of ['https://auth.example.com', 'https://auth.example.com/']) {
      const other = await sent((fetch) => createClient({ fetch, baseUrl })('GET /health'))
      expect(other.url).toBe('https://auth.example.com/health')
      expect(other.init.credentials).toBe('include')
    }
  })

  test('holds a token or a cookie, never both', async () => {
    for (const token of ['cct_a', () => 'cct_a']) {
      const { init, headers } = await sent((fetch) => createClient({ fetch, token })('GET /auth/session'))
      expect(headers.get('authorization')).toBe('Bearer cct_a')
      expect(init.credentials).toBe('omit')
    }
    const none = await sent((fetch) => createClient({ fetch, token: () => undefined })('GET /auth/session'))
    expect(none.headers.has('authorization')).toBe(false)
    expect(none.init.credentials).toBe('omit')
  })

  test('is JSON, but for the one form', async () => {
    const body = { email: 'ann@example.com', password: PASSWORD }
    const login = await sent((fetch) => createClient({ fetch })('POST /auth/login', { body }))
    expect(login.headers.get('content-type')).toBe('application/json')
    expect(JSON.parse(String(login.init.body))).toEqual(body)
    const form = await sent((fetch) => createClient({ fetch })('POST /auth/introspect', { body: { token: 'a&b c' } }))
    expect(form.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
    expect(String(form.init.body)).toBe('token=a%26b+c')
  })

  test('has parameters that stay where they belong', async () => {
    const userId = 'a/../b?c#d%2e é'
    const { url } = await sent((fetch) => createClient({ fetch })('GET /admin/users/{userId}', { params: { userId } }))
    expect(url).toBe(`/admin/users/${encodeURIComponent(userId)}`)
    const query = { email: 'a+b&c=d@example.com', cursor: undefined }
    const list = await sent((fetch) => createClient({ fetch })('GET /admin/users', { query }))
    expect(new URL(list.url, 'http://localhost').searchParams.get('email')).toBe(query.email)
    expect(list.url).not.toContain('cursor')
    expect((await sent((fetch) => createClient({ fetch })('GET /admin/users', { query: {} }))).url).toBe('/admin/users')
  })

  test('is nothing where a parameter or the token is none', async () => {
    const never: typeof fetch = () => expect.fail('something was sent')
    const call = createClient({ fetch: never })
    for (const sessionId of ['', '.', '..', undefined as never])
      await expect(call('DELETE /auth/sessions/{sessionId}', { params: { sessionId } })).rejects.toThrow(TypeError)
    const broken = createClient({ fetch: never, token: 'cct_secret\n' })('GET /auth/session')
    const refused = await broken.catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(TypeError)
    expect(inspect(refused)).not.toContain('secret')
    await expect(createClient({ fetch: never, token: '' })('GET /auth/session')).rejects.toThrow(TypeError)
  })
})

describe('against what is not the service', () => {
  let server: Server
  let asked: string[] = []
  let answer: RequestListener
  let baseUrl: string
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.setHeader('connection', 'close') // or the next test is given this one's
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(() => {
    server.closeAllConnections()
    asked = []
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  const EMAIL = 'ann@example.com'
  const TOKEN = 'cct_secret'
  const client = (timeoutSeconds?: number) => createClient({ baseUrl, token: TOKEN, timeoutSeconds })
  const login = (call = client()) => call('POST /auth/login', { body: { email: EMAIL, password: PASSWORD } })
  const says =
    (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
    (_, response) =>
      response.writeHead(status, headers).end(body)
  const problem = (members: object) =>
    JSON.stringify({
      type: 'urn:coatcheck:problem:not_found',
      title: 'Not found',
      status: 404,
      detail: 'There is nothing here.',
      code: 'not_found',
      ...members,
    })
  const expectNoSecret = (error: unknown) => expect(inspect(error)).not.toMatch(/ann@|ann%40|cct_secret|correct horse/)

  test.each([
    ['a proxy’s page', 502, '<html>Bad Gateway</html>'],
    ['nothing', 500, ''],
    ['half a problem', 404, problem({}).slice(0, -9)],
    ['API Gateway’s own', 500, '{"message":"Internal Server Error"}'],
    ['API Gateway’s own', 503, '{"message":"Service Unavailable"}'],
    ['somebody else’s problem', 404, problem({ type: 'about:blank' })],
    ['a code that is no text', 404, problem({ code: ['not_found'] })],
    ['no object', 404, 'null'],
    ['a list', 404, '[]'],
    ['a page that says all is well', 200, '<!doctype html>'],
    ['half an answer', 200, '{"session":{"id":'],
    ['a list for an answer', 200, '[]'],
    ['null for an answer', 200, 'null'],
  ])('%s (%i) is unexpected', async (_, status, body) => {
    answer = says(status, body)
    const error = await failure(login())
    expect({ code: error.code, status: error.status }).toEqual({ code: 'unexpected', status })
    expect(error.detail).toBe('The answer is none of Coatcheck’s.')
    expectNoSecret(error)
  })

  test('a problem of a later Coatcheck keeps its status and what it says', async () => {
    const [code, type, detail] = ['second_factor', 'urn:coatcheck:problem:second_factor', 'Show the second factor.']
    answer = says(403, problem({ code, type, detail }))
    expect(await failure(login())).toMatchObject({ code: 'unexpected', status: 403, detail })
  })

  test.each(Object.keys(PROBLEMS))('%s is known', async (code) => {
    answer = says(400, problem({ code, type: `urn:coatcheck:problem:${code}` }))
    expect((await failure(login())).code).toBe(code)
  })

  test('members of another shape are left out', async () => {
    const wrong = { instance: 1, title: null, detail: {}, errors: [{ pointer: 1 }], required: 'a', rule: ['a'] }
    answer = says(404, problem(wrong), { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' })
    const error = await failure(login())
    expect(error).toMatchObject({ code: 'not_found', status: 404 })
    expect(Object.keys(error).sort()).toEqual(['code', 'detail', 'name', 'status', 'title'])
  })

  test('a busy proxy says how long to wait', async () => {
    answer = says(503, '', { 'retry-after': '7' })
    expect(await failure(login())).toMatchObject({ code: 'unexpected', status: 503, retryAfterSeconds: 7 })
  })

  test('nobody there, or nobody who says anything, is unreachable', async () => {
    const closed = createClient({ baseUrl: `http://127.0.0.1:${await freePort()}`, token: TOKEN })
    const query = { email: EMAIL }
    for (const call of [closed, createClient({ token: TOKEN })]) {
      const error = await failure(call('GET /admin/users', { query }))
      expect({ code: error.code, status: error.status }).toEqual({ code: 'unreachable', status: 0 })
      expectNoSecret(error)
    }
    const unfinished: RequestListener[] = [
      () => {},
      (_, response) => response.writeHead(200, { 'content-length': 99 }).flushHeaders(),
      ({ socket }) => socket.destroy(),
      ({ socket }, response) => response.writeHead(200, { 'content-length': 99 }).write('{', () => socket.destroy()),
    ]
    for (const listener of unfinished) {
      answer = listener
      const error = await failure(login(client(0.2)))
      expect({ code: error.code, status: error.status }).toEqual({ code: 'unreachable', status: 0 })
      expectNoSecret(error)
    }
  })

  test('a redirect is not followed, and the token goes nowhere', async () => {
    for (const status of [301, 302, 307, 308]) {
      answer = ({ url }, response) =>
        url === '/elsewhere'
          ? response.writeHead(200).end('{}')
          : response.writeHead(status, { location: '/elsewhere' }).end()
      expect((await failure(login())).code).toBe('unreachable')
    }
    expect(new Set(asked)).toEqual(new Set(['POST /auth/login']))
  })

  test('whoever aborts gets their own reason back', async () => {
    const reason = new Error('left the page')
    const early = client()('GET /auth/session', { signal: AbortSignal.abort(reason) })
    await expect(early).rejects.toBe(reason)
    expect(asked).toEqual([])
    const controller = new AbortController()
    answer = () => controller.abort(reason)
    await expect(client()('GET /auth/session', { signal: controller.signal })).rejects.toBe(reason)
    expect(asked).toEqual(['GET /auth/session'])
    const whileReading = new AbortController()
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': 99 }).flushHeaders()
      setTimeout(() => whileReading.abort(reason), 50)
    }
    await expect(client()('GET /auth/session', { signal: whileReading.signal })).rejects.toBe(reason)
  })
})
