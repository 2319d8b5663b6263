import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../../functions/http/routes.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { anyCharacter } from '../support/any-character.ts'
import { draws, sampleOf } from '../support/draws.ts'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

const email = 'bad-input@example.com'
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  service.request('POST', path, { body, headers, origin: service.url })

describe.each(['/auth/register', '/auth/login'])('%s', (path) => {
  test.each<[name: string, body: unknown]>([
    ['an empty body', ''],
    ['null', 'null'],
    ['a string', '"text"'],
    ['an array', '[]'],
    ['a truncated body', '{"email":"a@b","password":"'],
    ['two bodies', `${JSON.stringify({ email, password: PASSWORD })}${JSON.stringify({ email, password: PASSWORD })}`],
    ['a deeply nested body', `${'['.repeat(8000)}${']'.repeat(8000)}`],
    ['a field __proto__', `{"email":"${email}","password":"${PASSWORD}","__proto__":{"scopes":["admin:write"]}}`],
    ['a duplicate key', `{"email":"other@example.com","email":"${email}","password":"${PASSWORD}"}`],
    [
      'a duplicate key, once escaped',
      `{"email":"other@example.com","\\u0065mail":"${email}","password":"${PASSWORD}"}`,
    ],
    ['a missing password', { email }],
    ['a missing email', { password: PASSWORD }],
    ['an unknown field', { email, password: PASSWORD, status: 'active' }],
    ['an empty password', { email, password: '' }],
    ['a password of 1,025 bytes', { email, password: 'x'.repeat(1025) }],
    ['a lone surrogate in the password', `{"email":"${email}","password":"${PASSWORD}\\ud800"}`],
    ['a lone surrogate in the email', `{"email":"\\ud800${email}","password":"${PASSWORD}"}`],
    ['an email without an at sign', { email: 'nobody', password: PASSWORD }],
    ['an email with a space', { email: 'a b@example.com', password: PASSWORD }],
    ...[`<${email}>`, `mailto:${email}`, `Ada <${email}>`, `${email},b@example.com`, '"a b"@example.com'].map(
      (value) => [`the email ${value}`, { email: value, password: PASSWORD }] as [string, unknown],
    ),
    ...['a\u200bb@example.com', 'a\u2800@example.com', 'a@ex\u00adample.com', 'a@\u3164.com', 'a@0x7f.1'].map(
      (value) => [`the email ${JSON.stringify(value)}`, { email: value, password: PASSWORD }] as [string, unknown],
    ),
    ['U+FFFD, which replaces bytes that are not UTF-8', { email, password: `${PASSWORD}\ufffd` }],
    ['an email of 255 bytes', { email: `${'a'.repeat(243)}@example.com`, password: PASSWORD }],
    ['an email with a line break', { email: `a\nb@example.com`, password: PASSWORD }],
    ...[{}, [], 1, null, true].map(
      (value) => [`password ${JSON.stringify(value)}`, { email, password: value }] as [string, unknown],
    ),
    ...[{}, [], 1, null, true].map(
      (value) => [`email ${JSON.stringify(value)}`, { email: value, password: PASSWORD }] as [string, unknown],
    ),
  ])('refuses %s with 400, without repeating a value or writing', async (_, body) => {
    service.proxy.calls.length = 0
    const answer = await post(path, body)
    expectProblem(answer, 'invalid_request')
    expect(answer.text).not.toContain(PASSWORD)
    expect(service.proxy.calls).toEqual([])
  })

  test('accepts only application/json', async () => {
    const body = JSON.stringify({ email, password: PASSWORD })
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      '',
      'text/plain; x=application/json',
    ])
      expectProblem(await post(path, body, { 'content-type': type }), 'unsupported_media_type')
    const form = await service.request('POST', path, { headers: {}, origin: service.url })
    expectProblem(form, 'unsupported_media_type')
  })

  test('refuses a body above 16 KiB with 413 before parsing it', async () => {
    service.proxy.calls.length = 0
    for (const size of sampleOf([16_385, 1_000_000, 9_000_000], 1))
      expectProblem(await post(path, 'x'.repeat(size)), 'payload_too_large')
    expect(service.proxy.calls).toEqual([])
  })

  test('gets no body above the limit of API Gateway', async () => {
    const answer = await post(path, 'x'.repeat(11 * 1024 * 1024)).catch(() => undefined)
    expect(answer?.status ?? 413).toBe(413)
  })
})

describe.each<[method: string, path: string, body: Record<string, unknown>]>([
  ['POST', '/auth/session/reauthenticate', { password: PASSWORD }],
  ['PUT', '/auth/password', { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }],
  ['POST', '/admin/users', { email, password: PASSWORD, name: 'Ada', scopes: ['notes:read'] }],
  ['PATCH', `/admin/users/${'x'.repeat(21)}`, { name: 'Ada', scopes: ['notes:read'], status: 'active' }],
])('%s %s', (method, path, body) => {
  let bearer: string
  beforeAll(async () => {
    bearer = (await service.signIn(await service.user(['admin:write']))).token
  })
  const ask = (sent: unknown, headers: Record<string, string> = {}) =>
    service.request(method, path, { body: sent, headers, bearer })
  const texts = Object.keys(body).filter((field) => field !== 'scopes')
  const wrong = ['', 'null', '"text"', '[]', '{}', JSON.stringify(body).slice(0, -1)]
  const changes = [
    { userId: 'x' },
    { role: 'admin' },
    { passwordHash: PASSWORD },
    ...texts.flatMap((field) => [{}, [], 1, null, true, '\ud800'].map((value) => ({ [field]: value }))),
    ...('scopes' in body ? ['notes:read', [1], [''], ['a b'], null] : []).map((scopes) => ({ scopes })),
  ]

  test('refuses an invalid body, repeats no value and changes nothing', async () => {
    service.proxy.calls.length = 0
    const bodies = [...wrong, ...changes.map((change) => ({ ...body, ...change }))]
    for (const sent of [...bodies, JSON.stringify(body).replace('{', '{"__proto__":{"a":1},')]) {
      const answer = await ask(sent)
      expectProblem(answer, 'invalid_request')
      expect(answer.text).not.toContain(PASSWORD)
    }
    expect(new Set(service.proxy.calls.map(({ operation }) => operation))).toEqual(new Set(['GetItem']))
  })

  test('accepts only JSON of at most 16 KiB', async () => {
    expectProblem(await ask(JSON.stringify(body), { 'content-type': 'text/plain' }), 'unsupported_media_type')
    for (const size of sampleOf([16_385, 9_000_000], 1)) expectProblem(await ask('x'.repeat(size)), 'payload_too_large')
  })
})

test('the pointer of a duplicate field is escaped, and cut if long', async () => {
  for (const [key, pointer] of [
    ['a~/b', '/a~0~1b'],
    ['k'.repeat(5000), `/${'k'.repeat(64)}`],
  ] as const) {
    const answer = await post('/auth/login', `{"${key}":1,"${key}":2}`)
    expectProblem(answer, 'invalid_request')
    expect(answer.json.errors).toEqual([{ pointer, detail: 'duplicate field' }])
  }
})

test('the response lists each invalid field', async () => {
  const answer = await post('/auth/login', {
    email: 5,
    scopes: ['ü', 'ok'],
    label: 'x'.repeat(65),
    credential: 'both',
    z: 1,
  })
  expectProblem(answer, 'invalid_request')
  expect(answer.json.errors).toEqual([
    { pointer: '/email', detail: 'expected string' },
    { pointer: '/password', detail: 'missing field' },
    { pointer: '/scopes/0', detail: 'expected a scope such as notes:write' },
    { pointer: '/label', detail: 'expected at most 64 characters of well-formed text' },
    { pointer: '/credential', detail: 'expected ("cookie" | "bearer")' },
    { pointer: '/z', detail: 'unknown field' },
  ])
  const many = await post('/auth/login', { email, password: PASSWORD, scopes: Array(17).fill('a') })
  expect(many.json.errors).toEqual([{ pointer: '/scopes', detail: 'expected at most 16 scopes' }])
})

test('a user id from the client is refused or ignored everywhere [AZ-03]', async () => {
  const user = await service.user()
  const other = await service.user(['admin:read'])
  const { token } = await service.signIn(user)
  const headers = { 'x-user-id': other.id, 'x-forwarded-user': other.id, 'x-http-method-override': 'DELETE' }
  const answer = await service.request('GET', '/auth/session', { bearer: token, headers })
  expect(answer.json.user.id).toBe(user.id)
  expectProblem(await service.request('GET', `/auth/session?userId=${other.id}`, { bearer: token }), 'invalid_request')
})

test('expression syntax in an email is treated as text', async () => {
  for (const [index, strange] of ['#a', '$b', '{S}', 'attribute_exists', "' OR 1=1 --"].entries()) {
    const address = `${strange.replaceAll(' ', '')}${index}@example.com`
    const body = { email: address, password: PASSWORD }
    expect((await post('/auth/register', body)).json.user.email).toBe(address.toLowerCase())
    expect((await post('/auth/login', body)).status).toBe(200)
  }
})

test('routes without a body ignore body and content type', async () => {
  const { token } = await service.signIn(await service.user())
  const headers = { 'content-type': 'text/weird' }
  const answer = await service.request('POST', '/auth/logout', { bearer: token, body: '{"not json', headers })
  expect(answer.status).toBe(204)
})

describe('404 and 405', () => {
  test('unknown paths and variants of known paths get 404', async () => {
    for (const path of [
      '/assets',
      '/auth',
      '/auth/',
      '/auth/login/',
      '//auth/login',
      '/auth//login',
      '/AUTH/login',
      '/auth/./login',
    ])
      expectProblem(await service.request('POST', path), 'not_found')
    for (const path of [
      '/admin/%2e%2e/auth/session',
      '/auth/session;x',
      '/auth%2Fsession',
      '/%61uth/session',
      '/nowhere?x=1',
      '/console',
    ])
      expectProblem(await service.request('GET', path), 'not_found')
  })

  test('other methods of a known path get 405 with Allow', async () => {
    const allowed: [string, string][] = [
      ['/auth/login', 'POST'],
      ['/auth/session', 'GET, HEAD'],
      ['/auth/sessions', 'GET, HEAD, DELETE'],
      ['/auth/session/reauthenticate', 'POST'],
      ['/auth/sessions/x', 'DELETE'],
      ['/auth/password', 'PUT'],
      ['/auth/account', 'DELETE'],
      ['/admin/users', 'GET, HEAD, POST'],
      ['/admin/users/x', 'GET, HEAD, PATCH, DELETE'],
      ['/admin/users/x/sessions/y', 'DELETE'],
      ['/health', 'GET, HEAD'],
    ]
    for (const [path, allow] of allowed)
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'].filter(
        (m) => !allow.includes(m),
      )) {
        const answer = await service.request(method, path)
        expectProblem(answer, 'method_not_allowed')
        expect(answer.headers.allow).toBe(allow)
      }
  })

  test('HEAD is answered like GET of the same route, without a body', async () => {
    const { token } = await service.signIn(await service.user(['account', 'admin:read']))
    const routes = Object.keys(ROUTES).filter((route) => route.startsWith('GET '))
    const paths = routes.map((route) => route.slice('GET '.length).replace(/\{\w+\}/g, 'unknown'))
    for (const path of [...paths, '/nowhere']) {
      const [get, head] = [
        await service.request('GET', path, { bearer: token }),
        await service.request('HEAD', path, { bearer: token }),
      ]
      expect([path, head.status, head.text]).toEqual([path, get.status, ''])
      const comparable = ({ headers }: typeof get) => {
        const { date, 'apigw-requestid': _, 'content-length': length, ...rest } = headers
        return rest
      }
      expect(comparable(head), path).toEqual(comparable(get))
      expect(head.headers).not.toHaveProperty('content-length')
    }
  })

  test('every response has the security headers, and none names the software', async () => {
    for (const [method, path] of [
      ['GET', '/health'],
      ['GET', '/auth/session'],
      ['GET', '/nowhere'],
      ['PUT', '/health'],
    ] as const) {
      const { headers } = await service.request(method, path)
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
      expect(Object.keys(headers)).not.toContain('strict-transport-security') // ignored over http
      expect(Object.keys(headers)).not.toContain('server')
      expect(Object.keys(headers)).not.toContain('x-powered-by')
    }
  })
})

describe('fuzzing causes no 5xx', () => {
  const DOCUMENTED = new Set([200, 201, 204, 413, 431, ...Object.values(PROBLEMS).map(({ status }) => status)])
  DOCUMENTED.delete(503)
  // Characters that Node's client can send.
  const headerText = fc
    .string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 300 })
    .filter((text) => !text.includes('\x7f'))
  const route = fc.constantFrom(
    ...([
      ['GET', '/auth/session'],
      ['GET', '/auth/sessions'],
      ['DELETE', '/auth/sessions'],
      ['POST', '/auth/login'],
      ['POST', '/auth/register'],
      ['POST', '/auth/logout'],
      ['POST', '/auth/session/reauthenticate'],
      ['PUT', '/auth/password'],
      ['DELETE', '/auth/account'],
      ['POST', '/admin/users'],
      ['GET', '/admin/users?email=a@b'],
      ['GET', '/greeting'],
      ['PUT', '/nowhere'],
    ] as const),
  )
  const settings = { numRuns: Number(process.env.FUZZ_RUNS ?? draws(40, 150)) }

  test('by headers and cookies', async () => {
    const token = (await service.signIn(await service.user())).token
    const piece = fc.oneof(
      headerText,
      fc.constantFrom(token, `__Host-session=${token}`, '__Host-session', 'Bearer ', ';', ',', '=', '"'),
    )
    const value = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('').slice(0, 2000))
    await fc.assert(
      fc.asyncProperty(
        route,
        value,
        value,
        value,
        value,
        async ([method, path], authorization, cookie, origin, site) => {
          const headers = { authorization, cookie, origin, 'sec-fetch-site': site, 'content-type': origin }
          const { status, setCookie } = await service.request(method, path, { headers })
          expect(DOCUMENTED).toContain(status)
          if (status >= 400) expect(setCookie).toEqual([])
        },
      ),
      settings,
    )
  })

  test('by bodies', async () => {
    const bearer = (await service.signIn(await service.user(['admin:write']))).token
    const taking = [
      ['POST', '/auth/login'],
      ['POST', '/auth/register'],
      ['POST', '/auth/session/reauthenticate'],
      ['PUT', '/auth/password'],
      ['POST', '/admin/users'],
      ['PATCH', `/admin/users/${(await service.user()).id}`],
    ] as const
    const text = fc.oneof(fc.string({ unit: anyCharacter, maxLength: 300 }), fc.json(), fc.constant('__proto__'))
    const body = fc.oneof(
      text,
      fc
        .record(
          {
            email: fc.anything(),
            password: fc.anything(),
            currentPassword: fc.anything(),
            newPassword: fc.anything(),
            status: fc.anything(),
            scopes: fc.anything(),
            label: fc.anything(),
          },
          { requiredKeys: [] },
        )
        .map((value) => {
          try {
            return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each)) ?? ''
          } catch {
            return '{}'
          }
        }),
      fc
        .record({
          email: fc.constant(email),
          password: fc.string({ unit: anyCharacter, maxLength: 40 }),
          label: fc.string(),
        })
        .map((value) => JSON.stringify(value)),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...taking), body, async ([method, path], sent) => {
        const { status, setCookie } = await service.request(method, path, { body: sent, bearer, origin: service.url })
        expect(DOCUMENTED).toContain(status)
        if (status >= 400) expect(setCookie).toEqual([])
      }),
      settings,
    )
  })

  test('by paths', async () => {
    const { token } = await service.signIn(await service.user(['admin:read', 'admin:revoke']))
    const part = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      maxLength: 60,
    })
    const pattern = fc.constantFrom('/admin/users/', '/auth/sessions/', '/admin/users?email=', '/')
    await fc.assert(
      fc.asyncProperty(pattern, part, part, async (start, a, b) => {
        const { status } = await service.request('GET', `${start}${a}/${b}`.replaceAll('#', '%23'), { bearer: token })
        expect(DOCUMENTED).toContain(status)
      }),
      settings,
    )
  })
})
