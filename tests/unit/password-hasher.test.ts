import * as bcryptjs from 'bcryptjs'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { parseConfig } from '../../lib/config.ts'
import { bcryptHasher, configuredHasher, parsePassword } from '../../lib/passwords/password-hasher.ts'
import { Secret } from '../../lib/secret.ts'
import { foreignHash } from '../support/foreign-hashes.ts'

vi.mock('bcryptjs', { spy: true })
let hasArgon2 = true
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>()
  return {
    ...crypto,
    get argon2() {
      return hasArgon2 ? crypto.argon2 : undefined
    },
  }
})
afterEach(() => vi.clearAllMocks())

const COST = 6
const pepper = new Secret('p'.repeat(32))
const hasher = bcryptHasher({ cost: COST, pepper })
const password = new Secret('correct horse battery staple')

/** The bcrypt rounds that were run, the cost of a verification. */
const rounds = () =>
  vi
    .mocked(bcryptjs.compare)
    .mock.calls.map(([, stored]) => 2 ** Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(stored)?.[1]))
    .reduce((sum, each) => sum + each, 0)

describe('the hasher', () => {
  test('verifies the password it has hashed and no other', async () => {
    const hash = await hasher.hash(password)
    expect(hash).toMatch(/^hmac-sha384-bcrypt:1:\$2b\$06\$.{53}$/)
    expect(await hasher.verify(password, hash)).toBe('right')
    expect(await hasher.verify(new Secret('correct horse battery stapl'), hash)).toBe('wrong')
    expect(await hasher.hash(password)).not.toBe(hash)
  })

  test('does not verify a hash made with another pepper', async () => {
    const other = bcryptHasher({ cost: COST, pepper: new Secret('q'.repeat(32)) })
    expect(await other.verify(password, await hasher.hash(password))).toBe('wrong')
  })

  const corrupt = [
    ['an empty hash', ''],
    ['59 characters', `$2b$04$${'a'.repeat(52)}`],
    ['60 characters of nothing', 'x'.repeat(60)],
    ['a cost that would never end', `$2b$99$${'a'.repeat(53)}`],
    ['a cost that would take hours', `hmac-sha384-bcrypt:1:$2b$31$${'a'.repeat(53)}`],
    ['a hash cut short', `hmac-sha384-bcrypt:1:$2b$04$${'a'.repeat(52)}`],
    ['a hash with more behind it', `$2b$04$${'a'.repeat(54)}`],
    ['a format with more before it', `x hmac-sha384-bcrypt:1:$2b$04$${'a'.repeat(53)}`],
    ['another format', `argon2:1:$2b$04$${'a'.repeat(53)}`],
    ['a pepper version that is not there', `hmac-sha384-bcrypt:7:$2b$04$${'a'.repeat(53)}`],
    ['a revision of a broken implementation', `$2x$04$${'a'.repeat(53)}`],
  ] as const
  test.each(corrupt)('reports unreadable after one verification of the same cost: %s [PW-16]', async (_, stored) => {
    expect(await hasher.verify(password, stored)).toBe('unreadable')
    expect(bcryptjs.compare).toHaveBeenCalledTimes(1)
    expect(rounds()).toBe(2 ** COST)
  })

  test('makes exactly one verification of the configured cost for every kind of stored hash [TH-12]', async () => {
    const hasher = bcryptHasher({ cost: COST, pepper })
    const plain = (cost: number, prefix = '2b') =>
      bcryptjs.hashSync(password.reveal(), cost).replace('$2b', `$${prefix}`)
    const cheaper = await bcryptHasher({ cost: 4, pepper }).hash(password)
    const classes: [name: string, stored: string | undefined, expected: string][] = [
      ['no such user', undefined, 'wrong'],
      ['right', await hasher.hash(password), 'right'],
      ['wrong', await hasher.hash(new Secret('another')), 'wrong'],
      ['a lower cost', cheaper, 'outdated'],
      ['plain $2a$', plain(4, '2a'), 'outdated'],
      ['plain $2y$', plain(5, '2y'), 'outdated'],
      ['plain $2b$ of the same cost', plain(COST), 'outdated'],
      ['unreadable', 'x', 'unreadable'],
    ]
    for (const [name, stored, expected] of classes) {
      vi.clearAllMocks()
      expect([name, await hasher.verify(password, stored)]).toEqual([name, expected])
      expect([name, rounds()]).toEqual([name, 2 ** COST])
    }
  })

  test('verifies plain bcrypt and hashes of an older cost or pepper version as outdated [PW-15]', async () => {
    const rotated = bcryptHasher({
      cost: COST,
      pepper: new Secret('q'.repeat(32)),
      pepperVersion: 2,
      previousPepper: pepper,
    })
    const old = await hasher.hash(password)
    expect(await rotated.verify(password, old)).toBe('outdated')
    expect(await rotated.verify(new Secret('another'), old)).toBe('wrong')
    const now = await rotated.hash(password)
    expect(now).toMatch(/^hmac-sha384-bcrypt:2:/)
    expect(await rotated.verify(password, now)).toBe('right')
    const noPrevious = bcryptHasher({ cost: COST, pepper: new Secret('q'.repeat(32)), pepperVersion: 2 })
    expect(await noPrevious.verify(password, old)).toBe('unreadable')
    const costlier = await bcryptHasher({ cost: COST + 1, pepper }).hash(password)
    expect(await hasher.verify(password, costlier)).toBe('outdated')
  })

  test('accepts a pepper version of up to three digits', async () => {
    for (const pepperVersion of [10, 999]) {
      const late = bcryptHasher({ cost: 4, pepper, pepperVersion })
      expect(await late.verify(password, await late.hash(password))).toBe('right')
    }
  })

  test('distinguishes passwords with NUL and control characters, also with plain bcrypt [PW-06]', async () => {
    const ours = await hasher.hash(new Secret('abc'))
    const plain = bcryptjs.hashSync('abc', 4)
    expect(await bcryptjs.compare('abc\0abc', plain)).toBe(true) // bcrypt alone would accept it
    for (const text of ['abc\0abc', 'abc\0', '\0abc', 'abc\u0001'])
      for (const stored of [ours, plain])
        expect([text, await hasher.verify(new Secret(text), stored)]).toEqual([text, 'wrong'])
    const withNul = await hasher.hash(new Secret('a\0b'))
    expect(await hasher.verify(new Secret('a\0b'), withNul)).toBe('right')
    expect(await hasher.verify(new Secret('a\0c'), withNul)).toBe('wrong')
  })

  test('passes 64 characters to bcrypt whatever the password, so that none is truncated', async () => {
    for (const text of ['a', 'x'.repeat(1024), 'a\0b', '😀'.repeat(64)]) await hasher.hash(new Secret(text))
    for (const [key] of vi.mocked(bcryptjs.hash).mock.calls) expect(key).toMatch(/^[A-Za-z0-9+/]{64}$/)
  })
})

describe('the hash of another system', () => {
  const { hash: FOREIGN } = foreignHash('Django')

  test('verifies as outdated, or as unreadable outside of the limits [PW-15]', async () => {
    expect(await hasher.verify(password, FOREIGN)).toBe('outdated')
    expect(await hasher.verify(new Secret('another'), FOREIGN)).toBe('wrong')
    vi.clearAllMocks()
    expect(await hasher.verify(password, FOREIGN.replace('1000', '999999999'))).toBe('unreadable')
    expect(rounds()).toBe(2 ** COST)
  })

  test('takes the time of one verification at the configured cost [TH-12]', async () => {
    const foreignMs = 300
    const cost = 10
    let reads = 0
    // A clock that a round of bcrypt moves by a millisecond, and the foreign hash by `foreignMs`.
    const now = () => 5000 + rounds() + (reads++ > 0 ? foreignMs : 0)
    const timed = bcryptHasher({ cost, pepper, now })
    for (const text of [password, new Secret('another')]) {
      vi.clearAllMocks()
      reads = 0
      await timed.verify(text, FOREIGN)
      expect(Math.abs(foreignMs + rounds() - 2 ** cost)).toBeLessThan(16)
    }
  })

  test('verifies as outdated if it is $2y$ of crypt(3), as PHP and Laravel make it [PW-15]', async () => {
    const { password: right, hash } = foreignHash('bcrypt of crypt(3)')
    expect(await hasher.verify(new Secret(right), hash)).toBe('outdated')
    expect(await hasher.verify(new Secret(`${right} `), hash)).toBe('wrong')
  })

  test('is unreadable on a version of Node.js without its algorithm', async () => {
    const { password: right, hash } = foreignHash('argon2i')
    expect(await hasher.verify(new Secret(right), hash)).toBe('outdated')
    onTestFinished(() => {
      hasArgon2 = true
    })
    hasArgon2 = false
    expect(await hasher.verify(new Secret(right), hash)).toBe('unreadable')
    expect(await hasher.verify(password, FOREIGN)).toBe('outdated')
  })

  test('does not verify a password with a NUL at its end, which HMAC ignores [PW-06]', async () => {
    expect(await hasher.verify(new Secret(`${password.reveal()}\0`), FOREIGN)).toBe('wrong')
  })
})

describe('a password that is not in NFC', () => {
  const [composed, decomposed] = ['caf\u00e9 caf\u00e9', 'cafe\u0301 cafe\u0301']

  test('verifies against a hash of either form, and is hashed in NFC [PW-07]', async () => {
    for (const form of [composed, decomposed])
      expect(await hasher.verify(new Secret(decomposed), bcryptjs.hashSync(form, 4))).toBe('outdated')
    expect(await hasher.verify(new Secret(decomposed), await hasher.hash(new Secret(composed)))).toBe('right')
    expect(await hasher.verify(new Secret(composed), await hasher.hash(new Secret(decomposed)))).toBe('right')
  })

  test('takes two verifications for every kind of stored hash, any other password one [TH-12]', async () => {
    const own = await hasher.hash(new Secret(composed))
    const plain = (form: string) => bcryptjs.hashSync(form, 4)
    const stored = [undefined, 'unreadable', own, await hasher.hash(password), plain(composed), plain(decomposed)]
    for (const hash of stored) {
      vi.clearAllMocks()
      await hasher.verify(new Secret(decomposed), hash)
      expect([hash, rounds()]).toEqual([hash, 2 * 2 ** COST])
      vi.clearAllMocks()
      await hasher.verify(new Secret(composed), hash)
      expect([hash, rounds()]).toEqual([hash, 2 ** COST])
    }
  })

  test('is compared by its first 72 bytes in each form with plain bcrypt', async () => {
    const long = decomposed.repeat(9)
    const stored = bcryptjs.hashSync(long, 4)
    expect(await hasher.verify(new Secret(long), stored)).toBe('outdated')
    expect(await hasher.verify(new Secret(`${long}x`), stored)).toBe('outdated')
    expect(await hasher.verify(new Secret(`x${long}`), stored)).toBe('wrong')
  })
})

describe('parsePassword', () => {
  test('keeps a password as typed', () => {
    for (const text of ['  cafe\u0301 ', 'Caf\u00e9']) expect(parsePassword(text)?.reveal()).toBe(text)
  })

  test('accepts 1,024 bytes', () => {
    for (const text of ['x'.repeat(1024), '😀'.repeat(256)]) expect(parsePassword(text)?.reveal()).toBe(text)
  })

  test.each(['', '\ud800', 'x'.repeat(1025), '😀'.repeat(257)])('refuses %j', (text) => {
    expect(parsePassword(text)).toBeUndefined()
  })
})

test('the hasher accepts bcrypt costs from 4 to 14', async () => {
  const stored = (cost: string) => `$2b$${cost}$${'a'.repeat(53)}`
  vi.mocked(bcryptjs.compare).mockResolvedValue(true as never)
  const verify = (cost: string) => hasher.verify(password, stored(cost))
  expect(await Promise.all(['03', '04', '14', '15'].map(verify))).toEqual([
    'unreadable',
    'outdated',
    'outdated',
    'unreadable',
  ])
  vi.mocked(bcryptjs.compare).mockRestore()
})

describe('the hasher of a configuration', () => {
  const { password: settings } = parseConfig({
    NODE_ENV: 'test',
    BCRYPT_COST: '4',
    PASSWORD_PEPPER: 'p'.repeat(32),
    PASSWORD_PEPPER_VERSION: '2',
    PASSWORD_PEPPER_PREVIOUS: 'q'.repeat(32),
  })

  test('uses the configured cost and peppers', async () => {
    const configured = configuredHasher(settings)
    const now = await configured.hash(password)
    expect(now).toMatch(/^hmac-sha384-bcrypt:2:\$2b\$04\$/)
    expect(await configured.verify(password, now)).toBe('right')
    const before = bcryptHasher({ cost: 4, pepper: new Secret('q'.repeat(32)) })
    expect(await configured.verify(password, await before.hash(password))).toBe('outdated')
  })

  test('throws a ConfigError without a pepper', () => {
    expect(() => configuredHasher({ ...settings, pepper: undefined })).toThrow('`PASSWORD_PEPPER`: required')
  })
})
