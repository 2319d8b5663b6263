import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RequestOptions } from '../support/http.ts'
import { expectProblem, REFUSED_CREDENTIALS } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'

const TRUSTED = 'https://app.example.com'

let service: TestService
let user: TestUser
let token: string
let cookie: string
beforeAll(async () => {
  service = await startTestService({ TRUSTED_ORIGINS: TRUSTED })
  user = await service.user()
})
beforeEach(async () => {
  token = (await service.signIn(user)).token
  cookie = `__Host-session=${token}`
})
afterAll(() => service.close())

const session = (options: RequestOptions = {}) => service.request('GET', '/auth/session', options)
const INVALID = 'Bearer realm="coatcheck", error="invalid_token"'

describe('credentials', () => {
  test('are absent: the challenge names no error', async () => {
    const answer = await session()
    expectProblem(answer, 'unauthenticated')
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="coatcheck"')
  })

  test('that are malformed, unknown, wrong, expired or revoked get the same response', async () => {
    const expired = await service.signIn(user)
    const rows = await service.tables.scan(service.tables.sessions)
    const row = rows.find((each) => each.sessionId?.S === expired.id)
    await service.tables.put(service.tables.sessions, { ...row, expiresAt: { N: '1700000000' } })
    const revoked = await service.signIn(user)
    await service.request('POST', '/auth/logout', { bearer: revoked.token })
    const hash = Buffer.from(row?.secretHash?.B ?? []).toString('base64url')
    const faces = []
    for (const bearer of [
      'junk',
      `cct_${'x'.repeat(21)}.${'y'.repeat(21)}.${'z'.repeat(43)}`,
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      `${token.slice(0, -43)}${hash}`,
      token.slice(0, -1),
      `${token}=`,
      token.toUpperCase(),
      expired.token,
      revoked.token,
      `${token.slice(0, 25)}.${token.slice(26)}`.replace('cct_', 'CCT_'),
    ]) {
      const answer = await session({ bearer })
      expectProblem(answer, 'unauthenticated')
      expect(answer.headers['www-authenticate']).toBe(INVALID)
      faces.push(answer.text.replace(/urn:uuid:[0-9a-f-]+/, ''))
    }
    expect(new Set(faces).size).toBe(1)
  })

  test('of a session past its idle or absolute timeout are refused while the row is still in the table [LC-03]', async () => {
    const rows = await service.tables.scan(service.tables.sessions)
    const row = rows.find((each) => token.includes(each.sessionId?.S ?? '?'))
    for (const change of [{ expiresAt: { N: '1700000000' } }, { endsAt: { N: '1700000000' } }]) {
      await service.tables.put(service.tables.sessions, { ...row, ...change })
      expectProblem(await session({ bearer: token }), 'unauthenticated')
      expect(await service.tables.scan(service.tables.sessions)).toHaveLength(rows.length)
    }
    await service.tables.put(service.tables.sessions, row ?? {})
    expect((await session({ bearer: token })).status).toBe(200)
  })

  test.each([
    ['expiresAt as a text', { expiresAt: { S: '4000000000' } }],
    ['expiresAt missing', { expiresAt: undefined }],
    ['expiresAt fractional', { expiresAt: { N: '4000000000.5' } }],
    ['endsAt missing', { endsAt: undefined }],
    ['no hash', { secretHash: undefined }],
    ['an empty hash', { secretHash: { B: new Uint8Array(0) } }],
    ['scopes null', { scopes: { NULL: true } }],
    ['scopes a set', { scopes: { SS: ['account'] } }],
    ['epoch negative', { userEpoch: { N: '-1' } }],
    ['an end no calendar knows', { endsAt: { N: '999999999999999' } }],
  ])('of a corrupt row (%s) are refused [LC-03]', async (_, change) => {
    const rows = await service.tables.scan(service.tables.sessions)
    const row = rows.find((each) => token.includes(each.sessionId?.S ?? '?'))
    const corrupt = Object.fromEntries(Object.entries({ ...row, ...change }).filter(([, value]) => value !== undefined))
    await service.tables.put(service.tables.sessions, corrupt)
    expectProblem(await session({ bearer: token }), 'unauthenticated')
  })

  test('of a corrupt row: it does not hide other sessions from the list, and revoking all deletes it', async () => {
    const owner = await service.user()
    const { token: mine, id } = await service.signIn(owner)
    const row = await service.tables.get(service.tables.sessions, { userId: { S: owner.id }, sessionId: { S: id } })
    const corrupt = { ...row, sessionId: { S: 'c'.repeat(21) }, userEpoch: { S: 'x' }, secretHash: { N: '1' } }
    await service.tables.put(service.tables.sessions, corrupt)
    const listed = await service.request('GET', '/auth/sessions', { bearer: mine })
    expect(listed.json.sessions.map((each: { id: string }) => each.id)).toEqual([id])
    await service.request('DELETE', '/auth/sessions', { bearer: mine })
    const left = (await service.tables.scan(service.tables.sessions)).filter((each) => each.userId?.S === owner.id)
    expect(left).toEqual([])
  })

  test('are read only from the session cookie and Authorization', async () => {
    for (const options of [
      { headers: { 'x-session': token } },
      { cookie: `session=${token}` },
      { cookie: `__host-session=${token}` },
      { cookie: `__HOST-SESSION=${token}` },
      { cookie: `x__Host-session=${token}` },
      { cookie: `a="__Host-session=${token}"` },
      { headers: { authorization: `Token ${token}` } },
      { headers: { authorization: `Basic ${Buffer.from(`a:${token}`).toString('base64')}` } },
      { headers: { authorization: token } },
    ])
      expectProblem(await session(options), 'unauthenticated')
    expectProblem(await service.request('GET', `/auth/session?access_token=${token}`), 'unauthenticated')
    expectProblem(await service.request('GET', `/auth/session/${token}`), 'not_found')
  })

  test('are accepted with the scheme in any case', async () => {
    for (const scheme of ['bearer', 'BEARER', 'BeArEr'])
      expect((await session({ headers: { authorization: `${scheme} ${token}` } })).status).toBe(200)
  })

  test('are refused if there are two, in any order, and both sessions stay valid', async () => {
    const other = (await service.signIn(user)).token
    for (const options of [
      { cookie, bearer: token },
      { cookie, bearer: 'junk' },
      { cookie: `${cookie}; __Host-session=${other}` },
      { cookie: `__Host-session=${other}; ${cookie}` },
      { cookie: `${cookie}; a=b; __Host-session=` },
      { headers: { cookie: [cookie, `__Host-session=${other}`] } },
      { headers: { authorization: [`Bearer ${token}`, `Bearer ${other}`] } },
      { headers: { authorization: `Bearer ${token},junk` } },
      { headers: { authorization: `Bearer ${token},` } },
      { headers: { authorization: `,Bearer ${token}` } },
    ]) {
      const answer = await session(options)
      expectProblem(answer, 'invalid_request')
      expect(answer.headers['www-authenticate']).toBe(REFUSED_CREDENTIALS)
    }
    for (const bearer of [token, other]) expect((await session({ bearer })).status).toBe(200)
  })

  test('are accepted beside Authorization of another scheme, as sites behind HTTP Basic send it', async () => {
    for (const authorization of ['Basic eDp5', 'Negotiate YII=', 'Digest username="x", realm="y", qop=auth']) {
      expect((await session({ cookie, headers: { authorization } })).status).toBe(200)
      expect((await session({ headers: { authorization: [`Bearer ${token}`, authorization] } })).status).toBe(200)
      expectProblem(await session({ headers: { authorization } }), 'unauthenticated')
    }
  })

  test('in hostile cookie headers are refused or ignored and cause no 5xx', async () => {
    for (const hostile of [
      'a',
      '=b',
      ';;',
      ';=;',
      '"',
      'a="',
      `${'x=y; '.repeat(60)}`,
      'é=ü',
      '%00=%',
      '__proto__=1',
      '='.repeat(4000),
    ]) {
      expectProblem(await session({ cookie: Buffer.from(hostile).toString('latin1') }), 'unauthenticated')
      const along = `${Buffer.from(hostile).toString('latin1')}; ${cookie}`
      expect((await session({ cookie: along })).status, hostile).toBe(200)
    }
  })
})

describe('the cross-origin rule', () => {
  const UNSAFE = [
    ['POST', '/auth/logout'],
    ['DELETE', '/auth/sessions'],
    ['DELETE', '/auth/sessions?keep=current'],
    ['DELETE', '/auth/sessions/xxxxxxxxxxxxxxxxxxxxx'],
  ] as const
  const FOREIGN: Record<string, string>[] = [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${TRUSTED}.evil.example` },
    { origin: 'https://evil-app.example.com' },
    { origin: 'http://app.example.com' },
    { origin: `${TRUSTED}:444` },
    { origin: `${TRUSTED}/` },
    { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'something-new' },
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  ]

  test.each(UNSAFE)('refuses a cross-origin %s %s with a cookie, without effect', async (method, path) => {
    for (const headers of FOREIGN)
      expectProblem(await service.request(method, path, { cookie, headers }), 'cross_origin')
    // Sec-Fetch-Site takes precedence over our own Origin
    const headers = { 'sec-fetch-site': 'cross-site', origin: service.url }
    expectProblem(await service.request(method, path, { cookie, headers }), 'cross_origin')
    expect((await session({ cookie })).status).toBe(200)
  })

  test('refuses a cross-origin login that would set a cookie, without datastore calls', async () => {
    const login = { email: user.email, password: PASSWORD }
    service.proxy.calls.length = 0
    for (const headers of FOREIGN)
      for (const body of [login, { ...login, label: 'laptop' }])
        expectProblem(await service.request('POST', '/auth/login', { body, headers }), 'cross_origin')
    expect(service.proxy.calls).toEqual([])
  })

  test('allows a cross-origin login for a bearer token, unless the request has a cookie', async () => {
    const body = { email: user.email, password: PASSWORD, credential: 'bearer' }
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    expect((await service.request('POST', '/auth/login', { body, headers })).status).toBe(200)
    expectProblem(await service.request('POST', '/auth/login', { body, headers, cookie }), 'cross_origin')
  })

  test('refuses a cross-origin registration with a cookie', async () => {
    const body = { email: 'csrf@example.com', password: PASSWORD }
    expectProblem(
      await service.request('POST', '/auth/register', { body, cookie, origin: 'https://evil.example' }),
      'cross_origin',
    )
  })

  test('refuses a logout without a credential from another site’s page', async () => {
    expectProblem(await service.request('POST', '/auth/logout', { origin: 'https://evil.example' }), 'cross_origin')
    expectProblem(
      await service.request('POST', '/auth/logout', { headers: { 'sec-fetch-site': 'cross-site' } }),
      'cross_origin',
    )
  })

  test('allows the own origin, trusted origins and Sec-Fetch-Site', async () => {
    for (const headers of [
      { origin: service.url },
      { origin: TRUSTED },
      { origin: TRUSTED, 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
    ] as Record<string, string>[]) {
      const path = '/auth/sessions/xxxxxxxxxxxxxxxxxxxxx'
      expectProblem(await service.request('DELETE', path, { cookie, headers }), 'not_found')
    }
  })

  test('needs no origin for a bearer token, and a malformed Authorization does not exempt a cookie', async () => {
    const path = '/auth/sessions/xxxxxxxxxxxxxxxxxxxxx'
    const headers = { 'sec-fetch-site': 'cross-site' }
    expectProblem(await service.request('DELETE', path, { bearer: token, headers }), 'not_found')
    expectProblem(await service.request('DELETE', path, { bearer: 'junk', cookie, headers }), 'invalid_request')
    expectProblem(await service.request('POST', '/auth/logout', { bearer: 'junk', cookie, headers }), 'cross_origin')
    expect((await session({ cookie })).status).toBe(200)
  })

  test('does not apply to safe methods, which change nothing', async () => {
    expect((await session({ cookie, headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200)
    for (const path of ['/auth/logout', '/auth/login', '/auth/register'])
      expectProblem(await service.request('GET', path, { cookie }), 'method_not_allowed')
    expect((await session({ cookie })).status).toBe(200)
  })
})

describe('CORS', () => {
  const cors = (headers: object) => Object.keys(headers).filter((name) => name.startsWith('access-control-'))

  test('lets a trusted origin read responses and refusals, with credentials', async () => {
    for (const answer of [await session({ cookie, origin: TRUSTED }), await session({ origin: TRUSTED })]) {
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': TRUSTED,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'Retry-After, WWW-Authenticate',
        vary: 'Origin, Sec-Fetch-Site',
      })
    }
  })

  test('answers a trusted origin’s preflight with the methods of the path', async () => {
    const answer = await service.request('OPTIONS', '/auth/sessions', {
      origin: TRUSTED,
      headers: { 'access-control-request-method': 'DELETE' },
    })
    expect(answer.status).toBe(204)
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': TRUSTED,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, HEAD, DELETE',
      'access-control-allow-headers': expect.stringMatching(/^Authorization, Content-Type, .*\btraceparent\b/),
    })
    expectProblem(await service.request('OPTIONS', '/nowhere', { origin: TRUSTED }), 'not_found')
  })

  test('sends no CORS headers to other origins', async () => {
    for (const origin of ['https://evil.example', 'null', `${TRUSTED}.evil.example`, service.url])
      for (const method of ['GET', 'OPTIONS'])
        expect(cors((await service.request(method, '/auth/session', { origin, cookie })).headers)).toEqual([])
    expect((await session({ cookie })).headers.vary).toBe('Origin, Sec-Fetch-Site')
  })
})
