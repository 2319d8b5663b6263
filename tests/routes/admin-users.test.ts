import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Item } from '../../lib/dynamodb/item.ts'
import { draws } from '../support/draws.ts'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'

// An administrator manages users while registration is closed.

let service: TestService
let administrator: TestUser
let admin: string
beforeAll(async () => {
  service = await startTestService({ REGISTRATION: 'closed' })
  administrator = await service.user(['admin:read', 'admin:revoke', 'admin:write'])
  admin = (await service.signIn(administrator)).token
})
afterAll(() => service.close())

const ask = (method: string, path: string, body?: object, bearer = admin) =>
  service.request(method, path, { bearer, body })
const create = (body: object) => ask('POST', '/admin/users', body)
const patch = ({ id }: { id: string }, body: object, bearer?: string) =>
  ask('PATCH', `/admin/users/${id}`, body, bearer)
const remove = ({ id }: { id: string }, bearer?: string) => ask('DELETE', `/admin/users/${id}`, undefined, bearer)
const list = (query = '') => ask('GET', `/admin/users${query}`)
const reauthenticate = (bearer: string) => ask('POST', '/auth/session/reauthenticate', { password: PASSWORD }, bearer)

const isAccepted = async (bearer: string) => (await service.request('GET', '/auth/session', { bearer })).status === 200
/** Checks only the session's row. */
const isLetIn = async (bearer: string) => (await service.request('GET', '/greeting', { bearer })).status === 200
const stored = ({ id }: { id: string }) => service.tables.get(service.tables.users, { pk: { S: `user#${id}` } })
const pointer = (email: string) => service.tables.get(service.tables.users, { pk: { S: `email#${email}` } })
const rowsOf = async ({ id }: { id: string }): Promise<Item[]> =>
  (await service.tables.scan(service.tables.sessions)).filter(({ userId }) => userId?.S === id)
const scopesOf = async (user: TestUser, body?: object) => (await service.signIn(user, body)).answer.json.session.scopes

async function signInTimes(user: TestUser, times: number): Promise<string[]> {
  const tokens = []
  for (let i = 0; i < times; i++) tokens.push((await service.signIn(user)).token)
  return tokens
}

/** Asserts that every session of a user is refused and its row deleted. */
async function expectEnded(user: TestUser, tokens: string[]): Promise<void> {
  for (const token of tokens) expect([await isLetIn(token), await isAccepted(token)]).toEqual([false, false])
  expect(await rowsOf(user)).toEqual([])
}

describe('an administrator who creates a user', () => {
  test('gives scopes, and the user can sign in at once', async () => {
    const body = { email: ' Grace@Example.com', password: PASSWORD, name: 'Grace', scopes: ['a', 'b', 'a'] }
    const answer = await create(body)
    expect(answer.status).toBe(201)
    expect(answer.setCookie).toEqual([])
    expect(answer.json.user).toMatchObject({ email: 'grace@example.com', name: 'Grace', scopes: ['a', 'b'] })
    expect(answer.json.user).toMatchObject({ status: 'active', emailVerified: false })
    expect(answer.text).not.toMatch(/bcrypt|epoch|changeId/)
    const made = { ...administrator, email: answer.json.user.email }
    expect(await scopesOf(made)).toEqual(['account', 'a', 'b'])
    expectProblem(await create({ ...body, email: 'GRACE@example.com' }), 'email_taken')
  })

  test('need not grant account, which every user holds and which is neither listed nor counted', async () => {
    const fifteen = Array.from({ length: 15 }, (_, index) => `s${index}`)
    const email = 'many@example.com'
    const { json } = await create({ email, password: PASSWORD, scopes: [...fifteen, 'account'] })
    expect(json.user.scopes).toEqual(fifteen)
    expect(await scopesOf({ ...administrator, email: json.user.email })).toEqual(['account', ...fifteen])
    const more = await patch(json.user, { scopes: [...fifteen, 's15'] })
    expectProblem(more, 'invalid_request')
    expect(more.json.errors).toEqual([{ pointer: '/scopes', detail: 'expected at most 15 scopes besides account' }])
  })

  test.each([
    ['a short one', 'plum tent gala', 'length'],
    ['a listed one', 'qwertyuiopasdfghjkl', 'common'],
    ['one made of the user’s own email', 'hopper.hopper.1906', 'own_words'],
  ])('gets the broken rule for the password %s', async (_, password, rule) => {
    const answer = await create({ email: 'hopper@example.com', password })
    expectProblem(answer, 'password_rejected')
    expect(answer.json.rule).toBe(rule)
    expect(await pointer('hopper@example.com')).toBeUndefined()
  })
})

describe('the list of users', () => {
  test('has each user once across pages, and none without an email pointer', async () => {
    for (let created = 0; created < draws(60, 120); created++) await service.user()
    const inert = await service.user()
    await service.tables.put(service.tables.users, { ...(await pointer(inert.email)), userId: { S: 'x'.repeat(21) } })
    const items = await service.tables.scan(service.tables.users)
    const emails = items.filter(({ pk }) => pk?.S?.startsWith('user#')).map(({ email }) => email?.S ?? '')
    const expected = emails.filter((email) => email !== inert.email).sort()
    for (const limit of draws(0, 1) ? [undefined, 1, 7, 100] : [undefined, 7, 100]) {
      const seen: string[] = []
      let pages = 0
      let cursor: string | undefined
      do {
        const query = new URLSearchParams({ ...(limit && { limit: `${limit}` }), ...(cursor && { cursor }) })
        const { status, json } = await list(query.size > 0 ? `?${query}` : '')
        expect(status).toBe(200)
        expect(json.users.length).toBeLessThanOrEqual(limit ?? 50)
        seen.push(...json.users.map(({ email }: { email: string }) => email))
        cursor = json.cursor
        pages++
      } while (cursor !== undefined)
      expect(seen.toSorted()).toEqual(expected)
      expect(pages).toBe(Math.ceil(expected.length / (limit ?? 50)))
    }
  })

  test('continues from a cursor whose user has been deleted', async () => {
    const { json } = await list('?limit=3')
    const last = json.users.at(-1)
    const next = (await list(`?limit=3&cursor=${json.cursor}`)).json.users
    if (last.id !== administrator.id) expect((await remove(last)).status).toBe(204)
    expect((await list(`?limit=3&cursor=${json.cursor}`)).json.users).toEqual(next)
  })

  test('refuses a malformed cursor or limit by name', async () => {
    const { cursor } = (await list('?limit=1')).json
    const encoded = (text: string) => Buffer.from(text).toString('base64url')
    const cursors = ['', 'x', `${cursor}=`, `${cursor}A`, encoded('nobody'), encoded(' A@B.example'), encoded('user#x')]
    for (const bad of [...cursors, encoded('\0@x y'), 'x'.repeat(2000)]) {
      const answer = await list(`?cursor=${encodeURIComponent(bad)}`)
      expectProblem(answer, 'invalid_request')
      expect(answer.json.errors[0].pointer).toBe('cursor')
    }
    for (const bad of ['', '0', '101', '-1', '1e1', '1.5', '0x5', ' 5', 'ten', '9'.repeat(400)])
      expectProblem(await list(`?limit=${encodeURIComponent(bad)}`), 'invalid_request')
    for (const query of [`?cursor=${cursor}&email=a@b`, '?limit=5&limit=6', '?cursor=a&cursor=b', '?page=2'])
      expectProblem(await list(query), 'invalid_request')
  })
})

describe('an administrator who changes a user', () => {
  test('changes only the name and revokes no session', async () => {
    const user = await service.user(['greeting:read'])
    const { token } = await service.signIn(user)
    const answer = await patch(user, { name: 'Ada' })
    expect([answer.status, answer.json.user.name, answer.json.user.scopes]).toEqual([200, 'Ada', ['greeting:read']])
    expect((await ask('GET', `/admin/users/${user.id}`)).json).toEqual({ ...answer.json, identities: [] })
    expect(await isLetIn(token)).toBe(true)
    expect(await stored(user)).toMatchObject({ epoch: { N: '0' }, name: { S: 'Ada' } })
  })

  test('disables the user, which revokes all sessions and refuses logins until enabled again [LC-12]', async () => {
    const user = await service.user(['greeting:read'])
    const tokens = await signInTimes(user, 5)
    const answer = await patch(user, { status: 'disabled' })
    expect([answer.status, answer.json.user.status]).toEqual([200, 'disabled'])
    await expectEnded(user, tokens)
    const face = (text: string) => text.replace(/urn:uuid:[0-9a-f-]+/, '')
    const [refused, wrong] = [await service.signIn(user), await service.signIn({ ...user, password: 'wrong' })]
    expectProblem(refused.answer, 'invalid_credentials')
    expect(face(refused.answer.text)).toBe(face(wrong.answer.text))

    expect((await patch(user, { status: 'active' })).json.user.status).toBe('active')
    for (const token of tokens) expect(await isLetIn(token)).toBe(false)
    expect((await service.signIn(user)).answer.status).toBe(200)
  })

  test('removes a scope, which refuses the next request of every session [AZ-04]', async () => {
    const user = await service.user(['greeting:read', 'notes:read'])
    const tokens = [...(await signInTimes(user, 2)), (await service.signIn(user, { scopes: ['greeting:read'] })).token]
    expect((await patch(user, { scopes: ['notes:read'] })).json.user.scopes).toEqual(['notes:read'])
    await expectEnded(user, tokens)
    expect(await scopesOf(user)).toEqual(['account', 'notes:read'])
    expectProblem((await service.signIn(user, { scopes: ['greeting:read'] })).answer, 'invalid_scope')
  })

  test('grants a scope, which takes effect at the next login or reauthentication but not on a narrowed session [AZ-04]', async () => {
    const user = await service.user()
    const [token] = await signInTimes(user, 1)
    const { token: narrowed } = await service.signIn(user, { scopes: ['account'] })
    expect((await patch(user, { scopes: ['greeting:read'] })).status).toBe(200)
    for (const bearer of [token ?? '', narrowed])
      expectProblem(await service.request('GET', '/greeting', { bearer }), 'insufficient_scope')
    expect((await reauthenticate(narrowed)).json.session.scopes).toEqual(['account'])
    expect(await isLetIn((await reauthenticate(token ?? '')).json.token)).toBe(true)
    expect(await scopesOf(user)).toEqual(['account', 'greeting:read'])
  })

  test('gets 404 for an unknown user and 400 for an empty or unknown change', async () => {
    expectProblem(await patch({ id: 'x'.repeat(21) }, { name: 'Ada' }), 'not_found')
    const user = await service.user(['a'])
    const item = await stored(user)
    const many = Array.from({ length: 17 }, (_, index) => `s${index}`)
    for (const body of [
      {},
      { email: 'new@example.com' },
      { name: 'Ada', passwordHash: 'x' },
      { status: 'deleted' },
      { status: '' },
      { status: null },
      { scopes: many },
      { scopes: ['admin write'] },
      { scopes: 'admin:write' },
    ])
      expectProblem(await patch(user, body), 'invalid_request')
    expect(await stored(user)).toEqual(item)
  })
})

describe('an administrator who deletes a user', () => {
  test('revokes every session at once, refuses the next login and frees the email [LC-12]', async () => {
    const user = await service.user(['greeting:read'])
    const tokens = await signInTimes(user, 5)
    expect((await remove(user)).status).toBe(204)
    await expectEnded(user, tokens)
    expect([await stored(user), await pointer(user.email)]).toEqual([undefined, undefined])
    expectProblem((await service.signIn(user)).answer, 'invalid_credentials')
    for (const answer of [
      await remove(user),
      await patch(user, { name: 'x' }),
      await ask('GET', `/admin/users/${user.id}`),
    ])
      expectProblem(answer, 'not_found')
    expect((await create({ email: user.email, password: PASSWORD })).status).toBe(201)
  })

  test('leaves no session of concurrent logins valid [LC-16]', async () => {
    const user = await service.user(['greeting:read'])
    const [removed, ...signedIn] = await Promise.all([
      remove(user),
      ...Array.from({ length: 8 }, () => service.signIn(user)),
    ])
    expect(removed.status).toBe(204)
    for (const { token } of signedIn) if (token) expect(await isLetIn(token)).toBe(false)
    expect(await rowsOf(user)).toEqual([])
  })

  test.each([{ name: 'Ada' }, { scopes: ['a', 'b'] }, { scopes: [] }, { status: 'active' }, { status: 'disabled' }])(
    'leaves no partial user when a change to %j is concurrent',
    async (body) => {
      const users = await Promise.all(Array.from({ length: 4 }, () => service.user(['a'])))
      for (const user of users) {
        const [removed, changed] = await Promise.all([remove(user), patch(user, body)])
        expect([204, 409]).toContain(removed.status)
        expect([200, 404, 409]).toContain(changed.status)
        if (removed.status === 409) expect((await remove(user)).status).toBe(204)
        expect([await stored(user), await pointer(user.email)]).toEqual([undefined, undefined])
      }
    },
  )

  test('completes an interrupted deletion by repeating it', async () => {
    const user = await service.user()
    service.proxy.fault = ({ operation }) => (operation === 'DeleteItem' ? 'failed' : undefined)
    expectProblem(await remove(user), 'unavailable')
    service.proxy.fault = undefined
    expect((await stored(user))?.status).toEqual({ S: 'disabled' })
    expect((await remove(user)).status).toBe(204)
    expect([await stored(user), await pointer(user.email)]).toEqual([undefined, undefined])
  })
})

describe('a holder of admin:write', () => {
  test('cannot remove own scopes, disable or delete themselves, but can change the rest', async () => {
    const item = await stored(administrator)
    const own = ['admin:read', 'admin:revoke', 'admin:write']
    for (const body of [
      { scopes: [] },
      { scopes: ['admin:write'] },
      { status: 'disabled' },
      { name: 'x', scopes: ['a'] },
    ])
      expectProblem(await patch(administrator, body), 'conflict')
    expectProblem(await remove(administrator), 'conflict')
    expect(await stored(administrator)).toEqual(item)
    expect(await isAccepted(admin)).toBe(true)
    const kept = await patch(administrator, { name: 'Root', status: 'active', scopes: ['notes:read', ...own] })
    expect([kept.status, kept.json.user.scopes]).toEqual([200, ['notes:read', ...own]])
    expect(await isAccepted(admin)).toBe(true)
  })

  test('can be demoted and deleted by another administrator', async () => {
    const other = await service.user(['admin:write'])
    const { token } = await service.signIn(other)
    expect((await patch(other, { scopes: [] })).status).toBe(200)
    expectProblem(await patch(other, { scopes: ['admin:write'] }, token), 'unauthenticated')
    expect((await remove(other)).status).toBe(204)
  })
})
