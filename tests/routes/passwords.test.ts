import { pbkdf2Sync } from 'node:crypto'
import { hash } from 'bcryptjs'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Item } from '../../lib/dynamodb/item.ts'
import { bcryptHasher } from '../../lib/passwords/password-hasher.ts'
import { Secret } from '../../lib/secret.ts'
import type { Answer } from '../support/http.ts'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'
import { createTestTables } from '../support/tables.ts'

// A stage whose pepper has been replaced once.

const PREVIOUS = 'the pepper of the version before'
const PRESENT = /^hmac-sha384-bcrypt:2:\$2b\$04\$[./A-Za-z0-9]{53}$/
const ROTATED = { PASSWORD_PEPPER_VERSION: '2', PASSWORD_PEPPER_PREVIOUS: PREVIOUS }
let service: TestService
beforeAll(async () => {
  service = await startTestService(ROTATED)
})
afterAll(() => service.close())

const newEmail = () => `${nanoid(10).toLowerCase()}@example.com`
const register = (password: string, email = newEmail(), more = {}) =>
  service.request('POST', '/auth/register', { body: { email, password, ...more } })
const login = (email: string, password: string) =>
  service.request('POST', '/auth/login', { body: { email, password, credential: 'bearer' } })
const stored = async ({ id }: { id: string }): Promise<Item> =>
  (await service.tables.get(service.tables.users, { pk: { S: `user#${id}` } })) ?? {}

/** Replaces a user's stored password hash. */
const storeHash = async (user: TestUser, passwordHash: string) =>
  service.tables.put(service.tables.users, { ...(await stored(user)), passwordHash: { S: passwordHash } })

describe('a new password', () => {
  /** Asserts that a password is refused with the rule, and that no user is created. */
  async function expectRefused(password: string, rule: string): Promise<void> {
    const answer = await register(password, 'ada@lovelace.example', { name: 'Ada Lovelace' })
    expectProblem(answer, 'password_rejected')
    expect(answer.json.rule).toBe(rule)
    expect(answer.text).not.toContain(password)
    const users = await service.tables.scan(service.tables.users)
    expect(users.filter(({ email }) => email?.S === 'ada@lovelace.example')).toEqual([])
  }

  async function expectTaken(password: string): Promise<void> {
    const email = newEmail()
    expect((await register(password, email)).status, password).toBe(201)
    expect((await login(email, password)).status, password).toBe(200)
  }

  test('has at least 15 characters [PW-01]', async () => {
    await expectRefused('plum tent gala', 'length')
    await expectTaken('plum tent galas')
  })

  test('is measured in code points: 8 emoji, 16 UTF-16 units, are too short [PW-02]', async () => {
    await expectRefused('😀'.repeat(8), 'length')
    await expectTaken('😀'.repeat(15))
  })

  test('may have 64 characters of one or four bytes [PW-03]', async () => {
    await expectTaken('plum tent galas '.repeat(4))
    await expectTaken('😀'.repeat(64))
  })

  test('may contain NUL [PW-06]', () => expectTaken('a\0b'.repeat(9)))

  test.each([
    ['lower-case letters alone', 'plumtentgalaswindmil'],
    ['spaces', 'plum tent galas windmill'],
    ['Chinese', '春眠不觉晓处处闻啼鸟夜来风雨声'],
    ['Arabic', 'صباح الخير يا أصدقاء'],
  ])('is accepted: %s [PW-08]', (_, password) => expectTaken(password))

  test('is refused if on the blocklist or made of the own email and name; a phrase may contain both [PW-09]', async () => {
    await expectRefused('qwertyuiopasdfghjkl', 'common')
    await expectRefused('ada-lovelace-1815!', 'own_words')
    await expectTaken('my qwertyuiopasdfghjkl is long, Ada')
  })

  test('cannot be sent with a hint or security question [PW-11]', async () => {
    const { id } = (await register(PASSWORD, newEmail(), { name: 'Ada' })).json.user
    const attributes = ['changeId', 'claim', 'createdAt', 'email', 'epoch', 'id', 'name']
    const rest = ['passwordHash', 'pk', 'schema', 'status', 'sweepPending']
    expect(Object.keys(await stored({ id })).sort()).toEqual([...attributes, ...rest])
    for (const field of ['hint', 'passwordHint', 'question', 'answer', 'securityQuestion']) {
      const answer = await register(PASSWORD, newEmail(), { [field]: 'my first coat' })
      expectProblem(answer, 'invalid_request')
      expect(answer.json.errors).toEqual([{ pointer: `/${field}`, detail: 'unknown field' }])
    }
  })

  test('is stored as salted bcrypt of at least cost 10 [PW-14]', async () => {
    const costly = await startTestService({ BCRYPT_COST: '10', ...ROTATED }, [])
    try {
      for (let i = 0; i < 2; i++)
        await costly.request('POST', '/auth/register', { body: { email: newEmail(), password: PASSWORD } })
      const users = (await costly.tables.scan(costly.tables.users)).filter(({ passwordHash }) => passwordHash)
      const hashes = users.map(({ passwordHash }) => passwordHash?.S)
      const registered = hashes.filter((each) => each?.startsWith('hmac-sha384-bcrypt:2:$2b$10$'))
      expect(registered).toEqual(hashes)
      for (const each of hashes) expect(each).toMatch(/\$2b\$10\$[./A-Za-z0-9]{53}$/)
      expect(new Set(hashes).size).toBe(3) // the first administrator's is made at the start
    } finally {
      await costly.close()
    }
  })
})

describe('a login with a password', () => {
  test('compares it exactly, without folding case, truncating or trimming [PW-04]', async () => {
    const [email, password] = [newEmail(), `${'plum'.repeat(18)}X`]
    await register(password, email)
    for (const wrong of [`${'plum'.repeat(18)}Y`, 'plum'.repeat(18), password.toUpperCase(), `${password} `])
      expectProblem(await login(email, wrong), 'invalid_credentials')
    expect((await login(email, password)).status).toBe(200)
  })

  test('distinguishes passwords by NUL and control characters [PW-06]', async () => {
    const email = newEmail()
    await register(PASSWORD, email)
    for (const wrong of [`${PASSWORD}\0${PASSWORD}`, `${PASSWORD}\0`, `\0${PASSWORD}`, `${PASSWORD}\u0001`])
      expectProblem(await login(email, wrong), 'invalid_credentials')
    expect((await login(email, PASSWORD)).status).toBe(200)
  })

  test('accepts the composed and decomposed forms of one password [PW-07]', async () => {
    const email = newEmail()
    await register('caf\u00e9 caf\u00e9 caf\u00e9 caf\u00e9', email)
    expect((await login(email, 'cafe\u0301 cafe\u0301 cafe\u0301 cafe\u0301')).status).toBe(200)
  })

  test('accepts the decomposed form that another system has hashed, and from then on both [PW-07]', async () => {
    const user = await service.user()
    const [composed, decomposed] = ['caf\u00e9 '.repeat(4), 'cafe\u0301 '.repeat(4)]
    await storeHash(user, await hash(decomposed, 4))
    expectProblem(await login(user.email, composed), 'invalid_credentials')
    expect((await login(user.email, decomposed)).status).toBe(200)
    for (const form of [composed, decomposed]) expect((await login(user.email, form)).status).toBe(200)
  })

  test('succeeds 400 days after the password was stored [PW-10]', async () => {
    const email = newEmail()
    const { id } = (await register(PASSWORD, email)).json.user
    const item = await stored({ id })
    const longAgo = { N: String(Number(item.createdAt?.N) - 400 * 86_400) }
    await service.tables.put(service.tables.users, { ...item, createdAt: longAgo })
    expect((await login(email, PASSWORD)).status).toBe(200)
  })

  test('finds no users after the first deployment, and no account with a default name [PW-17]', async () => {
    const { client, scan, ...tables } = await createTestTables()
    for (const table of [tables.users, tables.sessions, tables.attempts]) expect(await scan(table)).toEqual([])
    client.destroy()
    expectProblem(await login('admin', 'admin'), 'invalid_request')
    for (const email of ['admin@localhost', 'admin@example.com', 'root@localhost'])
      for (const password of ['admin', 'password', 'coatcheck', email])
        expectProblem(await login(email, password), 'invalid_credentials')
  })
})

describe('a password that is too long [PW-05]', () => {
  const routes: [method: string, path: string, body: (password: string) => object][] = [
    ['POST', '/auth/login', (password) => ({ email: 'a@b.example', password })],
    ['POST', '/auth/register', (password) => ({ email: 'a@b.example', password })],
    ['POST', '/auth/session/reauthenticate', (password) => ({ password })],
    ['PUT', '/auth/password', (password) => ({ currentPassword: password, newPassword: PASSWORD })],
    ['PUT', '/auth/password', (password) => ({ currentPassword: PASSWORD, newPassword: password })],
    ['POST', '/admin/users', (password) => ({ email: 'a@b.example', password })],
  ]
  test.each(routes)('is refused by %s %s before counting the attempt or hashing', async (method, path, body) => {
    const user = await service.user(['admin:write'])
    await storeHash(user, await hash(PASSWORD, 4))
    const { token: bearer } = await service.signIn(user)
    const origin = service.url
    const send = (password: string) => service.request(method, path, { bearer, origin, body: body(password) })
    service.proxy.calls.length = 0
    expectProblem(await send('x'.repeat(1025)), 'invalid_request')
    expectProblem(await send('😀'.repeat(257)), 'invalid_request')
    expectProblem(await send('x'.repeat(1024 * 1024)), 'payload_too_large')
    // Above API Gateway's limit the response may come before the whole body is sent.
    expect(
      await send('x'.repeat(10 * 1024 * 1024)).then(
        ({ status }) => status,
        () => 413,
      ),
    ).toBe(413)
    expect(service.proxy.calls.filter(({ operation }) => operation !== 'GetItem')).toEqual([])
    expect(service.proxy.calls.filter(({ table }) => table !== service.tables.sessions)).toEqual([])
  })
})

describe('an outdated password hash', () => {
  const old = (cost: number, revision: string) => async () =>
    (await hash(PASSWORD, cost)).replace('$2b$', `$${revision}$`)
  const before = bcryptHasher({ cost: 4, pepper: new Secret(PREVIOUS) })
  test.each([
    ['plain $2a$ of cost 4', old(4, '2a')],
    ['plain $2b$ of cost 7', old(7, '2b')],
    ['plain $2y$ of cost 10', old(10, '2y')],
    [
      'of Django',
      async () => `pbkdf2_sha256$5000$salt$${pbkdf2Sync(PASSWORD, 'salt', 5000, 32, 'sha256').toString('base64')}`,
    ],
    ['hashed with the previous pepper', () => before.hash(new Secret(PASSWORD))],
  ])('(%s) is replaced at the next login, which changes nothing else [PW-15]', async (_, make) => {
    const user = await service.user(['notes:read'])
    const passwordHash = await make()
    await storeHash(user, passwordHash)
    expectProblem(await login(user.email, `${PASSWORD}!`), 'invalid_credentials')
    expect(await stored(user)).toMatchObject({ passwordHash: { S: passwordHash } })

    const first = await service.signIn(user)
    const upgraded = await stored(user)
    expect(upgraded.passwordHash?.S).toMatch(PRESENT)
    await storeHash(user, passwordHash)
    expect((await service.signIn(user)).answer.status).toBe(200)
    const again = await stored(user)
    expect({ ...again, passwordHash: '' }).toEqual({ ...upgraded, passwordHash: '' })
    expect(again).toMatchObject({ epoch: { N: '0' }, changeId: { S: user.changeId } })
    expect((await service.request('GET', '/auth/session', { bearer: first.token })).status).toBe(200)

    expect((await login(user.email, PASSWORD)).status).toBe(200)
    expect(await stored(user)).toEqual(again) // replaced only once
    expectProblem(await login(user.email, `${PASSWORD}!`), 'invalid_credentials')
  })

  test('with the previous pepper still verifies, and no table contains a pepper [PW-20]', async () => {
    const user = await service.user()
    await storeHash(user, await before.hash(new Secret(PASSWORD)))
    expect((await login(user.email, PASSWORD)).status).toBe(200)
    const { users, sessions, attempts } = service.tables
    const dump = JSON.stringify(await Promise.all([users, sessions, attempts].map(service.tables.scan)))
    for (const text of [PREVIOUS, Buffer.from(PREVIOUS).toString('base64'), Buffer.from(PREVIOUS).toString('hex')])
      expect(dump).not.toContain(text)
  })
})

describe('a malformed password hash', () => {
  const face = ({ status, text, headers }: Answer) => [
    status,
    text.replace(/urn:uuid:[0-9a-f-]+/, ''),
    { ...headers, date: '', 'apigw-requestid': '' },
  ]
  test.each([
    ['an empty string', ''],
    ['59 characters', `$2b$04$${'a'.repeat(52)}`],
    ['60 characters that are no hash', 'x'.repeat(60)],
    ['a cost above the limit', `$2b$99$${'a'.repeat(53)}`],
    ['a foreign hash above the limit', `pbkdf2_sha256$999999999$salt$${'a'.repeat(43)}=`],
    ['a removed pepper', `hmac-sha384-bcrypt:7:$2b$10$${'a'.repeat(53)}`],
  ])('(%s) is refused like a wrong password and logged [PW-16]', async (_, passwordHash) => {
    const user = await service.user()
    await storeHash(user, passwordHash)
    const answer = await login(user.email, PASSWORD)
    expectProblem(answer, 'invalid_credentials')
    expect(face(answer)).toEqual(face(await login('nobody@example.com', PASSWORD)))
    expect(await stored(user)).toMatchObject({ passwordHash: { S: passwordHash } })
    const lines = service.log.filter((line) => line.includes('"corrupt_password_hash"') && line.includes(user.id))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('"level":"ERROR"')
    expect(lines[0]).not.toContain(user.email)
    if (passwordHash) expect(lines[0]).not.toContain(passwordHash)
  })
})
