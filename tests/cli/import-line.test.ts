import { describe, expect, test } from 'vitest'
import { readLines } from '../../cli/import/lines.ts'
import { readUserLine } from '../../cli/import/user-line.ts'

const BCRYPT = 'N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'
const hashing = { bcryptCost: 12, pepperVersions: [2, 1] }
const read = (line: unknown) => readUserLine(typeof line === 'string' ? line : JSON.stringify(line), hashing)

describe('an import line', () => {
  test('in Coatcheck’s own format sets all fields', () => {
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

  test('with only an email creates an active user without scopes', () => {
    const { user } = read({ email: 'ann@example.com', name: null, passwordHash: null })
    expect(user).toEqual({ email: 'ann@example.com', emailVerified: false, scopes: [], status: 'active' })
  })

  test('of Auth0’s export of password hashes is accepted', () => {
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

  test('of Auth0’s export of password hashes may have the email only in identifiers', () => {
    const identifiers = [
      { type: 'phone', value: '+4412345678' },
      { type: 'email', value: 'ann@example.com', verified: true },
    ]
    expect(read({ identifiers }).user).toMatchObject({ email: 'ann@example.com', emailVerified: true })
  })

  test('ignores the verification of an identifier with another email', () => {
    const identifiers = [{ type: 'email', value: 'mine@evil.example', verified: true }]
    expect(read({ email: 'victim@bank.example', identifiers }).user).toMatchObject({ emailVerified: false })
    expect(() => read({ email: 'ann@example.com', Email: 'eve@example.com' })).toThrow('Email: duplicate field')
  })

  test.each([
    [{ user_id: 'auth0|1', email: 'ann@example.com', email_verified: true, name: 'Ann', nickname: 'annie' }],
    [{ Id: 'auth0|1', Email: 'ann@example.com', 'Email Verified': true, Name: 'Ann', Nickname: 'annie' }],
    [{ email: 'ann@example.com', email_verified: true, name: null, nickname: 'Ann' }],
  ])('of Auth0’s user export is accepted: %j', (line) => {
    expect(read(line).user).toMatchObject({ email: 'ann@example.com', emailVerified: true, name: 'Ann' })
  })

  test('of a blocked Auth0 user creates a disabled user', () => {
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
  ])('with a hash that begins with %s is accepted with the note %s', (start, expected) => {
    expect(read({ email: 'ann@example.com', passwordHash: start + BCRYPT }).note).toBe(expected)
  })

  test.each([
    ['not JSON', '{"email":"ann@example.com"', /^expected one JSON object in one line/],
    ['an array', '[{"email":"ann@example.com"}]', /`jq -c \.\[\]` turns a JSON array into lines$/],
    ['a string', '"ann@example.com"', /^expected one JSON object/],
    ['null', 'null', /^expected one JSON object/],
    ['a missing email', { name: 'Ann' }, /^email: expected an email/],
    ['an invalid email', { email: 'ann' }, /^email: expected an email/],
    [
      'a pasted address',
      { email: 'Ann <ann@example.com>' },
      /^email: expected the email address alone, without a name/,
    ],
    ['an email that is a number', { email: 7 }, /^email: expected a string$/],
    ['a name that is a list', { email: 'a@b', name: ['Ann'] }, /^name: expected a string$/],
    [
      'a name that is too long',
      { email: 'a@b', name: 'x'.repeat(101) },
      /^Invalid name\. A name is well-formed Unicode of at most 100/,
    ],
    ...['Ann\u202e', 'A\u200bnn', 'Ann\ufffd', 'A\nnn'].map((name): [string, object, RegExp] => [
      `the name ${JSON.stringify(name)}`,
      { email: 'a@b', name },
      /^Invalid name\. .* all of which can be seen\.$/,
    ]),
    ['scopes in a string', { email: 'a@b', scopes: 'a b' }, /^scopes: expected a list of strings$/],
    ['an invalid scope', { email: 'a@b', scopes: ['a b'] }, /^Invalid scope "a b"\. A scope looks like/],
    ['too many scopes', { email: 'a@b', scopes: Array.from({ length: 17 }, (_, n) => `s${n}`) }, /at most 15/],
    [
      'emailVerified that is neither a boolean nor a time',
      { email: 'a@b', emailVerified: 'maybe' },
      /^emailVerified: expected true, false or the time/,
    ],
    ['an unknown status', { email: 'a@b', status: 'gone' }, /^status: expected active or disabled$/],
    [
      'a plain-text password',
      { email: 'a@b', password: 'hunter2' },
      /^password: a plain-text password is not accepted/,
    ],
    ['an incomplete hash', { email: 'a@b', passwordHash: '$argon2id$secret' }, /^passwordHash: expected bcrypt/],
    [
      'a bcrypt hash of version 2x',
      { email: 'a@b', passwordHash: `$2x$10$${BCRYPT}` },
      /^passwordHash: expected bcrypt/,
    ],
    ['a truncated hash', { email: 'a@b', passwordHash: `$2b$10$${BCRYPT.slice(1)}` }, /^passwordHash: expected/],
    [
      'a cost of 15',
      { email: 'a@b', passwordHash: `$2b$15$${BCRYPT}` },
      /^passwordHash: bcrypt cost 15 is outside 4 to 14/,
    ],
    ['a cost of 3', { email: 'a@b', passwordHash: `$2b$03$${BCRYPT}` }, /^passwordHash: bcrypt cost 3 is outside/],
    [
      'an unknown pepper version',
      { email: 'a@b', passwordHash: `hmac-sha384-bcrypt:3:$2b$12$${BCRYPT}` },
      /^passwordHash: made with version 3 of the pepper/,
    ],
  ])('with %s is refused without printing a hash or password', (_, line, why) => {
    expect(() => read(line)).toThrow(why)
    try {
      read(line)
    } catch (error) {
      expect((error as Error).message).not.toMatch(/hunter2|argon2id\$secret|N9qo8uL|9qo8uLO/)
    }
  })

  test('with __proto__ does not change the prototype', () => {
    const { user, unread } = read('{"__proto__":{"scopes":["admin:write"]},"email":"ann@example.com"}')
    expect([user.scopes, unread]).toEqual([[], ['__proto__']])
  })
})

describe('readLines', () => {
  async function linesOf(...chunks: (string | number[])[]) {
    async function* stream() {
      for (const chunk of chunks) yield Buffer.from(chunk as string)
    }
    const lines = []
    for await (const line of readLines(stream())) lines.push(line)
    return lines
  }

  test('splits lines independently of chunks and skips blank lines', async () => {
    const lines = await linesOf('one\r\n\n  \ntw', 'o', '\nthree')
    expect(lines.map(({ number, text }) => [number, text?.trimEnd()])).toEqual([
      [1, 'one'],
      [4, 'two'],
      [5, 'three'],
    ])
    expect(lines.map(({ position }) => position)).toEqual([5, 13, 18])
  })

  test('decodes a character across two chunks and drops a byte order mark', async () => {
    const [first] = await linesOf([0xef, 0xbb], [0xbf, 0xc3], [0xa9, 0x0a])
    expect(first?.text).toBe('é')
  })

  test('marks lines that are not UTF-8 or too long', async () => {
    const lines = await linesOf([0xff, 0x0a], 'x'.repeat(65_536), 'x\n', 'x'.repeat(65_536), '\nlast')
    expect(lines.map(({ number, text, fault }) => [number, text?.length, fault])).toEqual([
      [1, undefined, 'not UTF-8'],
      [2, undefined, 'longer than 65536 bytes'],
      [3, 65_536, ''],
      [4, 4, ''],
    ])
  })

  test('returns no lines for an empty stream', async () => {
    expect(await linesOf()).toEqual([])
    expect(await linesOf('\n\n')).toEqual([])
  })
})
