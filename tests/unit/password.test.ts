import * as bcryptjs from 'bcryptjs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { assertNewPassword, bcryptHasher, parsePassword } from '../../lib/password.ts'
import { Secret } from '../../lib/secret.ts'

vi.mock('bcryptjs', { spy: true })
afterEach(() => vi.clearAllMocks())

const hasher = bcryptHasher({ cost: 4, pepper: new Secret('p'.repeat(32)) })
const password = new Secret('correct horse battery staple')

describe('the hasher', () => {
  test('verifies what it has hashed, and nothing else', async () => {
    const hash = await hasher.hash(password)
    expect(hash).toMatch(/^hmac-sha384-bcrypt:1:\$2b\$04\$.{53}$/)
    expect(await hasher.verify(password, hash)).toBe(true)
    expect(await hasher.verify(new Secret('correct horse battery stapl'), hash)).toBe(false)
  })

  test('depends on the pepper', async () => {
    const other = bcryptHasher({ cost: 4, pepper: new Secret('q'.repeat(32)) })
    expect(await other.verify(password, await hasher.hash(password))).toBe(false)
  })

  test.each([
    ['nobody', undefined],
    ['an empty hash', ''],
    ['60 characters of nothing', 'x'.repeat(60)],
    ['a hash cut short', `hmac-sha384-bcrypt:1:$2b$04$${'a'.repeat(52)}`],
    ['another format', `argon2:1:$2b$04$${'a'.repeat(53)}`],
    ['another pepper version', `hmac-sha384-bcrypt:2:$2b$04$${'a'.repeat(53)}`],
  ])('%s: false, after one verification of the same cost', async (_, stored) => {
    expect(await hasher.verify(password, stored)).toBe(false)
    expect(bcryptjs.compare).toHaveBeenCalledTimes(1)
    expect(vi.mocked(bcryptjs.compare).mock.calls[0]?.[1]).toMatch(/^\$2b\$04\$[./A-Za-z0-9]{53}$/)
  })

  test('gives bcrypt 64 characters whatever the password, so that nothing is cut off or ends at a NUL', async () => {
    for (const text of ['a', 'x'.repeat(1024), 'a\0b', '😀'.repeat(64)]) await hasher.hash(new Secret(text))
    for (const [key] of vi.mocked(bcryptjs.hash).mock.calls) expect(key).toMatch(/^[A-Za-z0-9+/]{64}$/)
  })
})

describe('a password', () => {
  test('is taken as typed, in its composed form', () => {
    expect(parsePassword('  cafe\u0301 ')?.reveal()).toBe('  caf\u00e9 ')
  })

  test.each(['', '\ud800', 'x'.repeat(1025), '😀'.repeat(257)])('cannot be %j', (text) => {
    expect(parsePassword(text)).toBeUndefined()
  })

  test('is as long as its code points', () => {
    expect(() => assertNewPassword(new Secret('😀'.repeat(14)), 15)).toThrow('at least 15')
    expect(() => assertNewPassword(new Secret('😀'.repeat(15)), 15)).not.toThrow()
  })
})
