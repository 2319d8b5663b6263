import { describe, expect, test } from 'vitest'
import { readLines } from '../../cli/import/lines.ts'
import { readUserLine } from '../../cli/import/user-line.ts'

const BCRYPT = 'N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'
const hashing = { bcryptCost: 12, pepperVersions: [2, 1] }
const read = (line: unknown) => readUserLine(typeof line === 'string' ? line : JSON.stringify(line), hashing)

describe('a line', () => {
  test('in Coatcheck’s own form', () => {
    const line = {
      email: 'Ann@Example.com',
      name: 'Ann',
      passwordHash: `hmac-sha384-bcrypt:1:$2b$12$${BCRYPT}`,
      scopes: ['notes:read', 'account', 'notes:read'],
      emailVerified: true,
      status: 'disabled',
    }
    expect(read(line)).toEqual({
      user: { ...line, email: 'ann@example.com', scopes: ['notes:read'] },
      note: undefined,
      unread: [],
    })
  })

  test('with an email alone', () => {
    const { user } = read({ email: 'ann@example.com', name: null, passwordHash: null })
    expect(user).toEqual({ email: 'ann@example.com', emailVerified: false, scopes: [], status: 'active' })
  })

  test('of Auth0’s export of password hashes', () => {
    const { user, note, unread } = read({
      _id: { $oid: '5dea9f9c82dd7c0e76e4ec93' },
      email_verified: true,
      email: 'ann@example.com',
      passwordHash: `$2b$10$${BCRYPT}`,
      password_set_date: { $date: '2019-12-06T18:36:12.412Z' },
      tenant: 'example',
      connection: 'Username-Password-Authentication',
      _tmp_is_unique: true,
    })
    expect(user).toMatchObject({ email: 'ann@example.com', emailVerified: true, passwordHash: `$2b$10$${BCRYPT}` })
    expect([note, unread]).toEqual([undefined, ['_id', 'password_set_date', 'tenant', 'connection', '_tmp_is_unique']])
  })

  test('of the same export where the email is among the identifiers alone', () => {
    const identifiers = [
      { type: 'phone', value: '+4412345678' },
      { type: 'email', value: 'ann@example.com', verified: true },
    ]
    expect(read({ identifiers }).user).toMatchObject({ email: 'ann@example.com', emailVerified: true })
  })

  test('an identifier says nothing of another email than its own', () => {
    const identifiers = [{ type: 'email', value: 'mine@evil.example', verified: true }]
    expect(read({ email: 'victim@bank.example', identifiers }).user).toMatchObject({ emailVerified: false })
    expect(() => read({ email: 'ann@example.com', Email: 'eve@example.com' })).toThrow('Email: is there twice')
  })

  test.each([
    [{ user_id: 'auth0|1', email: 'ann@example.com', email_verified: true, name: 'Ann', nickname: 'annie' }],
    [{ Id: 'auth0|1', Email: 'ann@example.com', 'Email Verified': true, Name: 'Ann', Nickname: 'annie' }],
    [{ email: 'ann@example.com', email_verified: true, name: null, nickname: 'Ann' }],
  ])('of Auth0’s user export: %j', (line) => {
    expect(read(line).user).toMatchObject({ email: 'ann@example.com', emailVerified: true, name: 'Ann' })
  })

  test('of somebody whom Auth0 has blocked makes a disabled user', () => {
    expect(read({ email: 'ann@example.com', blocked: true }).user.status).toBe('disabled')
    expect(read({ email: 'ann@example.com', blocked: false }).user.status).toBe('active')
  })

  test.each(['$2a$10$', '$2b$10$', '$2y$12$', 'hmac-sha384-bcrypt:2:$2b$12$', 'hmac-sha384-bcrypt:1:$2b$10$'])(
    'with a hash that begins with %s is taken as it is',
    (start) => {
      const { user, note } = read({ email: 'ann@example.com', password_hash: start + BCRYPT })
      expect([user.passwordHash, note]).toEqual([start + BCRYPT, undefined])
    },
  )

  test.each([
    ['$2b$04$', 'cheap'],
    ['$2b$09$', 'cheap'],
    ['$2b$13$', 'costly'],
    ['$2b$14$', 'costly'],
  ])('with a hash that begins with %s is taken, and noted as %s', (start, expected) => {
    expect(read({ email: 'ann@example.com', passwordHash: start + BCRYPT }).note).toBe(expected)
  })

  test.each([
    ['not JSON', '{"email":"ann@example.com"', /^not a JSON object in one line/],
    ['an array', '[{"email":"ann@example.com"}]', /becomes lines with `jq -c \.\[\]`$/],
    ['a text', '"ann@example.com"', /^not a JSON object/],
    ['null', 'null', /^not a JSON object/],
    ['no email', { name: 'Ann' }, /^email: expected an email/],
    ['an email that is none', { email: 'ann' }, /^email: expected an email/],
    ['an email that is a number', { email: 7 }, /^email: expected text$/],
    ['a name that is a list', { email: 'a@b', name: [] }, /^name: expected text$/],
    ['a name that is too long', { email: 'a@b', name: 'x'.repeat(101) }, /^A name has at most 100/],
    ['scopes in a text', { email: 'a@b', scopes: 'a b' }, /^scopes: expected a list of texts$/],
    ['a scope that is none', { email: 'a@b', scopes: ['a b'] }, /^"a b" is no scope/],
    ['too many scopes', { email: 'a@b', scopes: Array.from({ length: 17 }, (_, n) => `s${n}`) }, /at most 15/],
    ['emailVerified in a text', { email: 'a@b', emailVerified: 'true' }, /^emailverified: expected true or false$/],
    ['another status', { email: 'a@b', status: 'gone' }, /^status: expected active or disabled$/],
    ['a password in the clear', { email: 'a@b', password: 'hunter2' }, /^a password in the clear is not imported/],
    ['another hash', { email: 'a@b', passwordHash: '$argon2id$secret' }, /^passwordHash: expected bcrypt/],
    ['a hash of 2x', { email: 'a@b', passwordHash: `$2x$10$${BCRYPT}` }, /^passwordHash: expected bcrypt/],
    ['a hash cut short', { email: 'a@b', passwordHash: `$2b$10$${BCRYPT.slice(1)}` }, /^passwordHash: expected/],
    [
      'a cost of 15',
      { email: 'a@b', passwordHash: `$2b$15$${BCRYPT}` },
      /^passwordHash: bcrypt of cost 15, where 4 to 14/,
    ],
    ['a cost of 3', { email: 'a@b', passwordHash: `$2b$03$${BCRYPT}` }, /^passwordHash: bcrypt of cost 3/],
    [
      'a pepper there is not',
      { email: 'a@b', passwordHash: `hmac-sha384-bcrypt:3:$2b$12$${BCRYPT}` },
      /^passwordHash: made with version 3 of the pepper/,
    ],
  ])('with %s is refused, and no hash repeated', (_, line, why) => {
    expect(() => read(line)).toThrow(why)
    try {
      read(line)
    } catch (error) {
      expect((error as Error).message).not.toMatch(/hunter2|argon2id|N9qo8uL|9qo8uLO/)
    }
  })

  test('that plays with prototypes makes no more of it', () => {
    const { user, unread } = read('{"__proto__":{"scopes":["admin:write"]},"email":"ann@example.com"}')
    expect([user.scopes, unread]).toEqual([[], ['__proto__']])
  })
})

describe('the lines of a stream', () => {
  async function linesOf(...chunks: (string | number[])[]) {
    async function* stream() {
      for (const chunk of chunks) yield Buffer.from(chunk as string)
    }
    const lines = []
    for await (const line of readLines(stream())) lines.push(line)
    return lines
  }

  test('come one by one, wherever chunks end, without blank ones and ends of lines', async () => {
    const lines = await linesOf('one\r\n\n  \ntw', 'o', '\nthree')
    expect(lines.map(({ number, text }) => [number, text?.trimEnd()])).toEqual([
      [1, 'one'],
      [4, 'two'],
      [5, 'three'],
    ])
    expect(lines.map(({ position }) => position)).toEqual([5, 13, 18])
  })

  test('know a character that two chunks share, and drop a byte order mark', async () => {
    const [first] = await linesOf([0xef, 0xbb], [0xbf, 0xc3], [0xa9, 0x0a])
    expect(first?.text).toBe('é')
  })

  test('that are not UTF-8 or too long are told apart from the rest', async () => {
    const lines = await linesOf([0xff, 0x0a], 'x'.repeat(65_536), 'x\n', 'x'.repeat(65_536), '\nlast')
    expect(lines.map(({ number, text, fault }) => [number, text?.length, fault])).toEqual([
      [1, undefined, 'not UTF-8'],
      [2, undefined, 'longer than 65536 bytes'],
      [3, 65_536, ''],
      [4, 4, ''],
    ])
  })

  test('of nothing are none', async () => {
    expect(await linesOf()).toEqual([])
    expect(await linesOf('\n\n')).toEqual([])
  })
})
