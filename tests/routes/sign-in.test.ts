import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Item } from '../../lib/dynamodb/item.ts'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

const TOKEN = 'cct_[\\w-]{21}\\.[\\w-]{21}\\.[\\w-]{43}'
const COOKIE = new RegExp(`^__Host-session=(${TOKEN}); Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Lax$`)
const PARTITIONED = '__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; Partitioned; SameSite=Lax'
const EXPIRED = [PARTITIONED, '__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax']

const register = (body: unknown) => service.request('POST', '/auth/register', { body })
const login = (body: object, options: object = {}) => service.request('POST', '/auth/login', { body, ...options })
const session = (options: object) => service.request('GET', '/auth/session', options)
const usersOf = async (email: string): Promise<Item[]> =>
  (await service.tables.scan(service.tables.users)).filter((item) => item.email?.S === email)

describe('registration', () => {
  test('creates a user who can log in, without a session', async () => {
    const answer = await register({ email: '  Ada@Example.com ', password: PASSWORD, name: 'Ada' })
    expect(answer.status).toBe(201)
    expect(answer.setCookie).toEqual([])
    expect(answer.json).toEqual({
      user: {
        id: expect.stringMatching(/^[\w-]{21}$/),
        email: 'ada@example.com',
        emailVerified: false,
        name: 'Ada',
        scopes: [],
        status: 'active',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    })
    expect((await login({ email: 'ADA@example.com', password: PASSWORD, credential: 'bearer' })).status).toBe(200)
  })

  test('refuses a registered email and leaves no second user', async () => {
    await register({ email: 'twice@example.com', password: PASSWORD })
    expectProblem(await register({ email: 'TWICE@example.com', password: PASSWORD }), 'email_taken')
    expect(await usersOf('twice@example.com')).toHaveLength(1)
  })

  test('succeeds for exactly one of concurrent requests with the same email', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => register({ email: 'race@example.com', password: PASSWORD })),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array(7).fill(409)])
    expect(await usersOf('race@example.com')).toHaveLength(1)
  })

  test('can take an email whose pointer leads to a deleted user', async () => {
    const { id } = (await register({ email: 'free@example.com', password: PASSWORD })).json.user
    await service.tables.put(service.tables.users, {
      pk: { S: 'email#free@example.com' },
      userId: { S: `${'x'.repeat(21)}` },
    })
    const again = await register({ email: 'free@example.com', password: PASSWORD })
    expect(again.status).toBe(201)
    expect(again.json.user.id).not.toBe(id)
  })

  test('treats all forms of an email as one account', async () => {
    const forms = ['J\u030cane@example.com', '\u01f0ane@example.com', 'j\u030cane@example.com']
    for (const [index, email] of forms.entries()) {
      expect((await register({ email, password: PASSWORD })).status).toBe(index === 0 ? 201 : 409)
      expect((await login({ email, password: PASSWORD, credential: 'bearer' })).status).toBe(200)
    }
  })

  test('does not take the email of a corrupt user item, and leaves no item', async () => {
    const { id } = (await register({ email: 'corrupt@example.com', password: PASSWORD })).json.user
    const key = { pk: { S: `user#${id}` } }
    const item = await service.tables.get(service.tables.users, key)
    await service.tables.put(service.tables.users, { ...item, epoch: { S: 'x' } })
    const before = (await service.tables.scan(service.tables.users)).length
    expectProblem(await register({ email: 'corrupt@example.com', password: PASSWORD }), 'unavailable')
    expectProblem(
      await login({ email: 'corrupt@example.com', password: PASSWORD, credential: 'bearer' }),
      'unavailable',
    )
    expect(await service.tables.scan(service.tables.users)).toHaveLength(before)
  })

  test('is refused while registration is closed', async () => {
    const closed = await startTestService({ REGISTRATION: 'closed' })
    try {
      const body = { email: 'late@example.com', password: PASSWORD }
      expectProblem(await closed.request('POST', '/auth/register', { body }), 'registration_closed')
      expect(await closed.tables.scan(closed.tables.users)).not.toContainEqual(
        expect.objectContaining({ email: { S: 'late@example.com' } }),
      )
    } finally {
      await closed.close()
    }
  })
})

describe('login', () => {
  test('with a cookie returns the token only in Set-Cookie', async () => {
    const { email } = await service.user()
    const answer = await login({ email, password: PASSWORD, label: 'phone' }, { origin: service.url })
    expect(answer.status).toBe(200)
    expect(answer.setCookie).toEqual([PARTITIONED, expect.stringMatching(COOKIE)])
    const token = COOKIE.exec(answer.setCookie[1] ?? '')?.[1] ?? ''
    expect(token).toMatch(/^cct_/)
    expect(answer.text).not.toContain(token.slice(-43))
    expect(answer.json.session).toMatchObject({ label: 'phone', scopes: ['account'], ip: '127.0.0.1' })
    expect((await session({ cookie: `__Host-session=${token}` })).status).toBe(200)
  })

  test('with a bearer token returns it in the body and sets no cookie', async () => {
    const { answer, token } = await service.signIn(await service.user())
    expect(answer.setCookie).toEqual([])
    expect(token).toMatch(new RegExp(`^${TOKEN}$`))
    expect(JSON.stringify(answer.headers)).not.toContain(token.slice(-43))
    expect((await session({ bearer: token })).json).toEqual({ session: answer.json.session, user: answer.json.user })
  })

  test('gets equal responses for an unknown email, a wrong password and a disabled user [TH-10]', async () => {
    const { email } = await service.user()
    const disabled = await service.user()
    const item = await service.tables.get(service.tables.users, { pk: { S: `user#${disabled.id}` } })
    await service.tables.put(service.tables.users, { ...item, status: { S: 'disabled' } })
    const answers = [
      await login({ email: 'nobody@example.com', password: PASSWORD }, { origin: service.url }),
      await login({ email, password: `${PASSWORD}!` }, { origin: service.url }),
      await login({ email: disabled.email, password: PASSWORD }, { origin: service.url }),
    ]
    for (const answer of answers) expectProblem(answer, 'invalid_credentials')
    const faces = answers.map(({ text, headers }) => [
      text.replace(/urn:uuid:[0-9a-f-]+/, ''),
      { ...headers, date: '', 'apigw-requestid': '' },
    ])
    expect(faces[1]).toEqual(faces[0])
    expect(faces[2]).toEqual(faces[0])
    expect(answers[0]?.headers['www-authenticate']).toBe('Bearer realm="coatcheck"')
  })

  test('gives all held scopes or exactly those requested, and refuses others [AZ-06]', async () => {
    const user = await service.user(['notes:read', 'notes:write'])
    const scopesOf = async (body: object) => (await service.signIn(user, body)).answer.json.session.scopes
    expect(await scopesOf({})).toEqual(['account', 'notes:read', 'notes:write'])
    expect(await scopesOf({ scopes: ['notes:read'] })).toEqual(['notes:read'])
    expect(await scopesOf({ scopes: [] })).toEqual([])
    for (const scopes of [['notes:delete'], ['notes'], ['Notes:read'], ['*']])
      expectProblem((await service.signIn(user, { scopes })).answer, 'invalid_scope')
  })

  test('revokes the session of the request, cookie or bearer, and never reuses it', async () => {
    const user = await service.user()
    const first = await service.signIn(user)
    const second = await service.request('POST', '/auth/login', {
      body: { email: user.email, password: PASSWORD, credential: 'bearer' },
      cookie: `__Host-session=${first.token}`,
      origin: service.url,
    })
    expect(second.status).toBe(200)
    expect(second.json.token).not.toBe(first.token)
    expectProblem(await session({ bearer: first.token }), 'unauthenticated')
    await login({ email: user.email, password: PASSWORD, credential: 'bearer' }, { bearer: second.json.token })
    expectProblem(await session({ bearer: second.json.token }), 'unauthenticated')
  })

  test('revokes nothing if it fails', async () => {
    const user = await service.user()
    const { token } = await service.signIn(user)
    await login({ email: user.email, password: 'not the right one', credential: 'bearer' }, { bearer: token })
    expect((await session({ bearer: token })).status).toBe(200)
  })

  test('ignores an invalid and a repeated cookie', async () => {
    const user = await service.user()
    const { token } = await service.signIn(user)
    for (const cookie of ['__Host-session=junk', `__Host-session=${token}; __Host-session=junk`]) {
      const answer = await login({ email: user.email, password: PASSWORD }, { cookie, origin: service.url })
      expect(answer.status).toBe(200)
    }
    expect((await session({ bearer: token })).status).toBe(200)
  })
})

test('a logout or a login with many forged tokens is refused with 400 before any datastore call', async () => {
  const owner = await service.user()
  const { token } = await service.signIn(owner)
  const forged = Array.from({ length: 100 }, (_, i) => `${token.slice(0, -3)}${100 + i}`)
  const headers = { authorization: forged.map((each) => `Bearer ${each}`).join(',') }
  const body = { email: owner.email, password: PASSWORD, credential: 'bearer' }
  service.proxy.calls.length = 0
  expectProblem(await service.request('POST', '/auth/logout', { headers }), 'invalid_request')
  expectProblem(await service.request('POST', '/auth/login', { headers, body }), 'invalid_request')
  expect(service.proxy.calls).toEqual([])
})

describe('logout', () => {
  const logout = (options: object = {}) => service.request('POST', '/auth/logout', options)

  test('refuses the next request of the session, deletes its row and expires the cookie [LC-06]', async () => {
    const { token, id } = await service.signIn(await service.user())
    const answer = await logout({ cookie: `__Host-session=${token}`, origin: service.url })
    expect(answer.status).toBe(204)
    expect(answer.text).toBe('')
    expect(answer.setCookie).toEqual(EXPIRED)
    expectProblem(await session({ cookie: `__Host-session=${token}` }), 'unauthenticated')
    expectProblem(await session({ bearer: token }), 'unauthenticated')
    const rows = await service.tables.scan(service.tables.sessions)
    expect(rows.filter(({ sessionId }) => sessionId?.S === id)).toEqual([])
  })

  test('tells the browser to delete the storage of the origin if CLEAR_SITE_DATA_STORAGE is true [LC-20]', async () => {
    const clearing = await startTestService({ CLEAR_SITE_DATA_STORAGE: 'true' }, [])
    try {
      const answer = await clearing.request('POST', '/auth/logout', { origin: clearing.url })
      expect(answer.headers['clear-site-data']).toBe('"storage"')
      expect((await clearing.request('GET', '/auth/session')).headers['clear-site-data']).toBeUndefined()
    } finally {
      await clearing.close()
    }
  })

  test('responds 204 with a bearer token, without a credential and repeatedly', async () => {
    const { token } = await service.signIn(await service.user())
    for (const options of [{ bearer: token }, { bearer: token }, {}, { origin: service.url }, { bearer: 'junk' }])
      expect((await logout(options)).status).toBe(204)
    expectProblem(await session({ bearer: token }), 'unauthenticated')
  })

  test('revokes every session of the request, from two cookies and a header', async () => {
    const user = await service.user()
    const [a, b, c] = [await service.signIn(user), await service.signIn(user), await service.signIn(user)]
    const cookie = `__Host-session=${a.token}; theme=dark; __Host-session=${b.token}; __Host-session=junk`
    const answer = await logout({ cookie, bearer: c.token, origin: service.url })
    expect(answer.status).toBe(204)
    expect(answer.setCookie).toEqual(EXPIRED)
    for (const { token } of [a, b, c]) expectProblem(await session({ bearer: token }), 'unauthenticated')
  })

  test('revokes four sessions and refuses five credentials without a datastore call', async () => {
    const user = await service.user()
    const tokens = await Promise.all(Array.from({ length: 5 }, async () => (await service.signIn(user)).token))
    const cookieOf = (of: string[]) => of.map((each) => `__Host-session=${each}`).join('; ')
    service.proxy.calls.length = 0
    expectProblem(await logout({ cookie: cookieOf(tokens), origin: service.url }), 'invalid_request')
    expect(service.proxy.calls).toEqual([])
    const [kept = '', ...four] = tokens
    expect((await logout({ cookie: cookieOf(four), origin: service.url })).status).toBe(204)
    for (const token of four) expectProblem(await session({ bearer: token }), 'unauthenticated')
    expect((await session({ bearer: kept })).status).toBe(200)
  })

  test('revokes nothing for another session’s id with a wrong secret [LC-21]', async () => {
    const { token } = await service.signIn(await service.user())
    await logout({ bearer: `${token.slice(0, -43)}${'x'.repeat(43)}` })
    expect((await session({ bearer: token })).status).toBe(200)
  })
})
