import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readFirebaseHashConfig } from '../../cli/import/firebase-hash-config.ts'
import { readUserLine } from '../../cli/import/user-line.ts'
import { importFile } from '../../cli/users/import.ts'
import { readForeignHash } from '../../lib/passwords/foreign-hash.ts'
import { Secret } from '../../lib/secret.ts'
import { foreignHash } from '../support/foreign-hashes.ts'
import { stackOfTest } from './stack.ts'

const { hash: EXAMPLE, password: PASSWORD } = foreignHash('Firebase')
const [, KEY = '', SALT = '', HASH = ''] = /sk=([^$]*)\$([^$]*)\$(.*)/.exec(EXAMPLE) ?? []
const HASH_CONFIG = `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: ${KEY},
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}
`
const urlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_')
const FIREBASE = { passwordHash: urlSafe(HASH), salt: urlSafe(SALT) }
const { hash: ARGON2 } = foreignHash('argon2id with the defaults of node-argon2')
const SMALL = ARGON2.replace('m=65536,p=4,t=3', 'm=19456,t=2,p=1')
const { hash: DJANGO } = foreignHash('Django with its default')
const BETTER_AUTH = `${'8b'.repeat(16)}:${'b8'.repeat(64)}`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coatcheck-hashes-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function configFile(text: string) {
  const file = join(folder, `${Math.random()}.txt`)
  await writeFile(file, text)
  return file
}

const read = (line: object, rules: object = {}) =>
  readUserLine(JSON.stringify({ email: 'ann@example.com', ...line }), { bcryptCost: 12, pepperVersions: [1], ...rules })

describe('the hash of a line', () => {
  test.each<[system: string, line: object, stored: string, note: string | undefined]>([
    ['Laravel, argon2id', { password: ARGON2 }, ARGON2, 'costly'],
    ['Django', { password: DJANGO }, DJANGO, undefined],
    ['Django, argon2', { password: `argon2${ARGON2}` }, ARGON2, 'costly'],
    ['Django, bcrypt', { password: `bcrypt$$2b$12$${'a'.repeat(53)}` }, `$2b$12$${'a'.repeat(53)}`, undefined],
    [
      'Django of years ago',
      { password: DJANGO.replace('1000000', '20000') },
      DJANGO.replace('1000000', '20000'),
      'cheap',
    ],
    [
      'Django with more iterations',
      { password: DJANGO.replace('1000000', '2000000') },
      DJANGO.replace('1000000', '2000000'),
      'costly',
    ],
    ['Clerk', { password_digest: SMALL, password_hasher: 'argon2id' }, SMALL, undefined],
    ['better-auth', { password: BETTER_AUTH }, BETTER_AUTH, undefined],
  ])('of %s is stored as it is', (_, line, stored, note) => {
    const { user, note: actual } = read(line)
    expect([user.passwordHash, actual]).toEqual([stored, note])
  })

  test.each<[what: string, line: object, why: RegExp]>([
    [
      'argon2 with gigabytes',
      { password: ARGON2.replace('65536', '4194304') },
      /^password: argon2 with m=4194304,p=4,t=3 is outside of .*; leave the hash out/,
    ],
    [
      'PBKDF2 that would take hours',
      { password: DJANGO.replace('1000000', '999999999') },
      /^password: PBKDF2 with 999999999 iterations is outside/,
    ],
    [
      'Django’s bcrypt over SHA-256',
      { password: `bcrypt_sha256$$2b$12$${'a'.repeat(53)}` },
      /^password: expected bcrypt/,
    ],
    ['ASP.NET Identity', { PasswordHash: 'AQAAAAIAAYagAAAAEsecret==' }, /^PasswordHash: expected bcrypt/],
    [
      'a salt beside the hash',
      { passwordHash: 'abcd', salt: 'secret' },
      /^salt: expected the salt within the hash; .*--firebase-hash-config/,
    ],
  ])('is refused: %s', (_, line, why) => {
    expect(() => read(line)).toThrow(why)
    expect(() => read(line)).toThrow(
      new RegExp(`^(?!.*(secret|${[ARGON2, DJANGO].map((hash) => hash.slice(-9, -1)).join('|')}))`, 's'),
    )
  })

  test('of Firebase is completed with the parameters of the project', async () => {
    const json = JSON.stringify({
      algorithm: 'SCRYPT',
      base64_signer_key: KEY,
      base64_salt_separator: 'Bw==',
      rounds: 8,
      mem_cost: 14,
    })
    for (const text of [HASH_CONFIG, json]) {
      const firebase = await readFirebaseHashConfig(await configFile(text))
      const { user, unread } = read(
        { localId: 'x', displayName: 'Ann', disabled: false, passwordUpdatedAt: 1, ...FIREBASE },
        { firebase },
      )
      expect([user.name, unread]).toEqual(['Ann', ['localId', 'passwordUpdatedAt']])
      expect(await readForeignHash(user.passwordHash ?? '')?.verify?.(PASSWORD)).toBe(true)
    }
  })

  test.each([
    ['another algorithm', HASH_CONFIG.replace('SCRYPT', 'STANDARD_SCRYPT')],
    ['no signer key', HASH_CONFIG.replace(KEY, '')],
    ['no rounds', HASH_CONFIG.replace('rounds: 8,', '')],
    ['other text', 'hidden'],
  ])('of Firebase needs a complete hash_config: %s', async (_, text) => {
    await expect(readFirebaseHashConfig(await configFile(text))).rejects.toThrow(
      new RegExp(`^(?!.*(${KEY.slice(0, 9)}|hidden)).* is no hash_config of Firebase\\. Expected algorithm SCRYPT`),
    )
  })

  test('of Firebase is out of the limits if its hash_config is', async () => {
    const firebase = await readFirebaseHashConfig(await configFile(HASH_CONFIG.replace('mem_cost: 14', 'mem_cost: 30')))
    expect(() => read(FIREBASE, { firebase })).toThrow(/^passwordHash: scrypt with N=1073741824,r=8 is outside of/)
  })
})

test('users import stores Firebase’s hashes so that a login verifies them', async () => {
  const stack = await stackOfTest()
  const input = `${JSON.stringify({ localId: 'x', email: 'ann@example.com', emailVerified: true, ...FIREBASE })}\n`
  const options = { firebaseHashConfig: await configFile(HASH_CONFIG) }
  expect((await stack.invoke(importFile, ['-', options], { input })).code).toBe(0)
  const { passwordHash } = (await stack.find('ann@example.com')) ?? {}
  expect(await stack.hasher.verify(new Secret(PASSWORD), passwordHash)).toBe('outdated')
  const missing = await stack.invoke(importFile, ['-', { firebaseHashConfig: '/nowhere' }], { input })
  expect([missing.code, missing.complaints]).toEqual([
    2,
    [expect.stringMatching(/^Cannot read "\/nowhere" \(ENOENT\)/)],
  ])
})
