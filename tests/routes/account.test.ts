import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Item } from '../../lib/dynamodb/item.ts'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'

// A user's routes for the own account: reauthentication, password change, deletion.

const PARTITIONED = '__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; Partitioned; SameSite=Lax'
const EXPIRED = [PARTITIONED, '__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax']
const COOKIE = /^__Host-session=cct_[\w.-]{87}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/
const NEXT = 'five loud umbrellas at dusk'
let service: TestService
let user: TestUser
let token: string
let id: string
beforeAll(async () => {
  service = await startTestService()
})
beforeEach(async () => {
  user = await service.user(['greeting:read'])
  const signedIn = await service.signIn(user, { label: 'phone' })
  token = signedIn.token
  id = signedIn.id
})
afterAll(() => service.close())

const reauthenticate = (body: object, bearer = token) =>
  service.request('POST', '/auth/session/reauthenticate', { bearer, body })
const change = (body: object, bearer = token) => service.request('PUT', '/auth/password', { bearer, body })
const leave = (bearer = token) => service.request('DELETE', '/auth/account', { bearer })
const right = { currentPassword: PASSWORD, newPassword: NEXT }
const withCookie = (body?: object) => ({ cookie: `__Host-session=${token}`, origin: service.url, body })
const isAccepted = async (bearer: string) => (await service.request('GET', '/auth/session', { bearer })).status === 200
/** Checks only the session's row. */
const isLetIn = async (bearer: string) => (await service.request('GET', '/greeting', { bearer })).status === 200
const rowsOf = async ({ id }: { id: string }): Promise<Item[]> =>
  (await service.tables.scan(service.tables.sessions)).filter(({ userId }) => userId?.S === id)
const stored = ({ id }: { id: string }) => service.tables.get(service.tables.users, { pk: { S: `user#${id}` } })
const slotsTaken = async () =>
  (await service.tables.scan(service.tables.attempts)).reduce((sum, { taken }) => sum + Number(taken?.N ?? 0), 0)

/** Moves the session's last authentication into the past. */
async function signedInAgo(sessionId: string, seconds: number): Promise<void> {
  const row = (await rowsOf(user)).find((each) => each.sessionId?.S === sessionId)
  const authenticatedAt = { N: String(Number(row?.authenticatedAt?.N) - seconds) }
  await service.tables.put(service.tables.sessions, { ...row, authenticatedAt })
}

describe('reauthentication', () => {
  test('replaces the session by one authenticated now, and the old id is refused [LC-18]', async () => {
    await signedInAgo(id, 5000)
    const before = (await service.request('GET', '/auth/session', { bearer: token })).json.session
    const answer = await reauthenticate({ password: PASSWORD })
    expect(answer.status).toBe(200)
    expect(answer.setCookie).toEqual([])
    expect(Object.keys(answer.json).sort()).toEqual(['session', 'token'])
    const { session } = answer.json
    expect(session).toMatchObject({ userId: user.id, label: 'phone', scopes: ['account', 'greeting:read'] })
    expect(session.id).not.toBe(id)
    expect(Date.parse(session.authenticatedAt)).toBeGreaterThanOrEqual(Date.parse(before.authenticatedAt) + 5_000_000)
    expect([await isLetIn(token), await isLetIn(answer.json.token)]).toEqual([false, true])
    expect((await rowsOf(user)).map(({ sessionId }) => sessionId?.S)).toEqual([session.id])
  })

  test('with a cookie returns the new token only in the cookie', async () => {
    const answer = await service.request('POST', '/auth/session/reauthenticate', withCookie({ password: PASSWORD }))
    expect(Object.keys(answer.json)).toEqual(['session'])
    expect(answer.setCookie).toEqual([PARTITIONED, expect.stringMatching(COOKIE)])
    const cookie = answer.setCookie[1]?.split(';')[0] ?? ''
    expect((await service.request('GET', '/auth/session', { cookie })).json.session.id).toBe(answer.json.session.id)
    expect(await isAccepted(token)).toBe(false)
  })

  test('with a wrong password is refused, counts as an attempt and keeps the session', async () => {
    const before = await slotsTaken()
    expectProblem(await reauthenticate({ password: `${PASSWORD}!` }), 'wrong_password')
    expectProblem(await reauthenticate({ password: '' }), 'invalid_request')
    expect(await slotsTaken()).toBe(before + 1)
    expect((await rowsOf(user)).map(({ sessionId }) => sessionId?.S)).toEqual([id])
    expect((await reauthenticate({ password: PASSWORD })).status).toBe(200)
    expect(await slotsTaken()).toBe(before)
  })

  test('of a narrowed session adds no scopes', async () => {
    const { token: narrow } = await service.signIn(user, { scopes: [] })
    expect((await reauthenticate({ password: PASSWORD }, narrow)).json.session.scopes).toEqual([])
  })

  test('a login of another user with the session’s cookie creates a new session and revokes the old one [LC-18]', async () => {
    const other = await service.user()
    const body = { email: other.email, password: PASSWORD }
    const answer = await service.request('POST', '/auth/login', withCookie(body))
    expect(answer.json.session.id).not.toBe(id)
    const cookie = answer.setCookie[1]?.split(';')[0] ?? ''
    expect((await service.request('GET', '/auth/session', { cookie })).json.user.id).toBe(other.id)
    expect(await isAccepted(token)).toBe(false)
    expect(await rowsOf(user)).toEqual([])
  })
})

describe('a password change', () => {
  test('without the current password or with a wrong one changes nothing, and the attempt counts [PW-12]', async () => {
    const [item, before] = [await stored(user), await slotsTaken()]
    expectProblem(await change({ newPassword: NEXT }), 'invalid_request')
    expect(await slotsTaken()).toBe(before)
    for (const currentPassword of [`${PASSWORD}!`, NEXT, PASSWORD.toUpperCase()])
      expectProblem(await change({ currentPassword, newPassword: NEXT }), 'wrong_password')
    expect(await stored(user)).toEqual(item)
    expect(await slotsTaken()).toBe(before + 3)
    expect(await isAccepted(token)).toBe(true)
  })

  test('revokes all other sessions and replaces the caller’s [PW-13]', async () => {
    const others = [await service.signIn(user), await service.signIn(user)].map((signedIn) => signedIn.token)
    const answer = await change(right)
    expect(answer.status).toBe(200)
    expect(answer.setCookie).toEqual([])
    expect(answer.json.session).toMatchObject({ label: 'phone', scopes: ['account', 'greeting:read'] })
    for (const old of [token, ...others]) expect([await isLetIn(old), await isAccepted(old)]).toEqual([false, false])
    expect([await isLetIn(answer.json.token), await isAccepted(answer.json.token)]).toEqual([true, true])
    expect((await rowsOf(user)).map(({ sessionId }) => sessionId?.S)).toEqual([answer.json.session.id])
    expect(await stored(user)).toMatchObject({ epoch: { N: '1' }, sweepPending: { BOOL: false } })
    expectProblem((await service.signIn(user)).answer, 'invalid_credentials')
    expect((await service.signIn({ ...user, password: NEXT })).answer.status).toBe(200)
  })

  test('with a cookie returns the new token only in the cookie', async () => {
    const answer = await service.request('PUT', '/auth/password', withCookie(right))
    expect(Object.keys(answer.json)).toEqual(['session'])
    expect(answer.setCookie).toEqual([PARTITIONED, expect.stringMatching(COOKIE)])
    expectProblem(await service.request('PUT', '/auth/password', { ...withCookie(right), origin: '' }), 'cross_origin')
  })

  test.each([
    ['a short password', 'plum tent gala', 'length'],
    ['a password on the blocklist', 'qwertyuiopasdfghjkl', 'common'],
  ])('to %s is refused with the rule, changes nothing and counts no attempt', async (_, newPassword, rule) => {
    const [item, before] = [await stored(user), await slotsTaken()]
    const answer = await change({ currentPassword: PASSWORD, newPassword })
    expectProblem(answer, 'password_rejected')
    expect(answer.json.rule).toBe(rule)
    expectProblem(await change({ currentPassword: PASSWORD, newPassword: user.email }), 'password_rejected')
    expect(await stored(user)).toEqual(item)
    expect(await slotsTaken()).toBe(before)
  })

  test('of two concurrent ones one succeeds, and only its session stays valid', async () => {
    const { token: second } = await service.signIn(user)
    const wanted = [NEXT, `${NEXT}, twice`]
    const answers = await Promise.all([
      change({ ...right, newPassword: wanted[0] }),
      change({ ...right, newPassword: wanted[1] }, second),
    ])
    const done = answers.filter(({ status }) => status === 200)
    expect(done).toHaveLength(1)
    for (const { status } of answers) expect([200, 401, 403, 409]).toContain(status)
    const password = wanted[answers.findIndex(({ status }) => status === 200)] ?? ''
    expect((await service.signIn({ ...user, password })).answer.status).toBe(200)
    expect([await isLetIn(token), await isLetIn(second), await isLetIn(done[0]?.json.token)]).toEqual([
      false,
      false,
      true,
    ])
  })

  test('leaves no session of concurrent logins with the old password valid [LC-16]', async () => {
    const logins = Array.from({ length: 8 }, () => service.signIn(user))
    const [changed, ...signedIn] = await Promise.all([change(right), ...logins])
    expect(changed.status).toBe(200)
    for (const { answer, token: late } of signedIn) {
      expect([200, 401, 409]).toContain(answer.status)
      if (late) expect(await isLetIn(late)).toBe(false)
    }
    expect((await rowsOf(user)).map(({ sessionId }) => sessionId?.S)).toEqual([changed.json.session.id])
  })
})

describe('account deletion', () => {
  test('revokes every session, deletes the user and frees the email at once', async () => {
    const other = await service.signIn(user)
    const answer = await service.request('DELETE', '/auth/account', withCookie())
    expect(answer.status).toBe(204)
    expect(answer.setCookie).toEqual(EXPIRED)
    for (const old of [token, other.token]) expect([await isLetIn(old), await isAccepted(old)]).toEqual([false, false])
    expect(await rowsOf(user)).toEqual([])
    expect(JSON.stringify(await service.tables.scan(service.tables.users))).not.toContain(user.id)
    expectProblem((await service.signIn(user)).answer, 'invalid_credentials')

    const again = await service.request('POST', '/auth/register', { body: { email: user.email, password: PASSWORD } })
    expect(again.status).toBe(201)
    expect(again.json.user.id).not.toBe(user.id)
    expect((await service.signIn(user)).answer.json.session.userId).toBe(again.json.user.id)
  })

  test('is refused for a user who holds admin:write', async () => {
    const administrator = await service.user(['admin:write'])
    const { token: bearer } = await service.signIn(administrator)
    expectProblem(await leave(bearer), 'conflict')
    expect(await isAccepted(bearer)).toBe(true)
    expect(await stored(administrator)).toMatchObject({ status: { S: 'active' }, epoch: { N: '0' } })
  })
})

describe('a session authenticated 15 minutes ago [LC-19]', () => {
  beforeEach(() => signedInAgo(id, 901))

  test('cannot delete the account before reauthentication', async () => {
    expectProblem(await leave(), 'reauthentication_required', 'bearer')
    expect(await isAccepted(token)).toBe(true)
    const { json } = await reauthenticate({ password: PASSWORD })
    expect((await leave(json.token)).status).toBe(204)
  })

  test('does not count as recent after keep=current, which asks for no password', async () => {
    const { json } = await service.request('DELETE', '/auth/sessions?keep=current', { bearer: token })
    expectProblem(await leave(json.token), 'reauthentication_required', 'bearer')
  })

  test('can change the password, which asks for the current one', async () => {
    const { status, json } = await change(right)
    expect(status).toBe(200)
    expect((await leave(json.token)).status).toBe(204)
  })

  test('can list and revoke sessions', async () => {
    const other = await service.signIn(user)
    expect((await service.request('GET', '/auth/sessions', { bearer: token })).status).toBe(200)
    expect((await service.request('DELETE', `/auth/sessions/${other.id}`, { bearer: token })).status).toBe(204)
    expect((await service.request('DELETE', '/auth/sessions', { bearer: token })).status).toBe(200)
  })
})

test('no response sends Clear-Site-Data by default, not even a logout', async () => {
  const reauthenticated = await reauthenticate({ password: PASSWORD })
  const changed = await change(right, reauthenticated.json.token)
  const bearer = changed.json.token
  const others = [
    (await service.signIn({ ...user, password: NEXT })).answer,
    reauthenticated,
    changed,
    await change(right, bearer),
    await service.request('GET', '/auth/session', { bearer }),
    await service.request('GET', '/auth/session'),
    await service.request('DELETE', '/auth/sessions?keep=current', {
      bearer: (await service.signIn({ ...user, password: NEXT })).token,
    }),
  ]
  const last = (await service.signIn({ ...user, password: NEXT })).token
  const out = await service.request('POST', '/auth/logout', { bearer: last })
  for (const { headers } of [...others, out]) expect(headers['clear-site-data']).toBeUndefined()
})
