import { describe, expect, test } from 'vitest'
import { readForeignHash } from '../../lib/passwords/foreign-hash.ts'
import { FOREIGN_HASHES, foreignHash } from '../support/foreign-hashes.ts'

const vectors = FOREIGN_HASHES.filter(({ maker }) => !maker.startsWith('bcrypt')).map(
  ({ maker, password, hash }) => [maker, password, hash] as const,
)
const { hash: ARGON2 } = foreignHash('argon2id of another alphabet')
const { hash: DJANGO } = foreignHash('Django')
const { hash: FIREBASE } = foreignHash('Firebase with other parameters')
const { hash: BETTER_AUTH } = foreignHash('better-auth, which normalizes to NFKC')

describe('a hash of another system', () => {
  test.each(vectors)('is verified: %s', async (_, password, hash) => {
    const foreign = readForeignHash(hash)
    expect(foreign?.fault).toBeUndefined()
    expect(await foreign?.verify?.(password)).toBe(true)
  })

  test.each(vectors.filter(([, , hash]) => !/m=65536|1000000|n=14|^6b66/.test(hash)))(
    'is not verified by another password, nor after a change of any part: %s',
    async (_, password, hash) => {
      expect(await readForeignHash(hash)?.verify?.(`${password} `)).toBe(false)
      // Firebase's and argon2's salt and hash, and Firebase's separator and signer key.
      for (const match of hash.matchAll(/[A-Za-z\d+/]{2,}(?==*(?:[$:,]|$))/g)) {
        const at = match.index + match[0].length - 2
        const changed = `${hash.slice(0, at)}${hash[at] === 'a' ? 'b' : 'a'}${hash.slice(at + 1)}`
        const other = readForeignHash(changed)
        if (other?.verify && !other.fault) expect([changed, await other.verify(password)]).toEqual([changed, false])
      }
    },
  )

  test('tells its algorithm and its work, by which an import judges whether it is cheap', () => {
    const about = (maker: string) => {
      const { algorithm, work } = readForeignHash(foreignHash(maker).hash) ?? {}
      return [algorithm, work]
    }
    expect(about('argon2id of another alphabet')).toEqual(['argon2', 2048])
    expect(about('Django')).toEqual(['pbkdf2', 1000])
    expect(about('Firebase')).toEqual(['scrypt', 16_384])
    expect(about('better-auth, which normalizes to NFKC')).toEqual(['scrypt', 32_768])
  })

  test('of Firebase is not verified if the hash is shorter than the signer key', async () => {
    const { password, hash } = foreignHash('Firebase with other parameters')
    expect(await readForeignHash(hash.slice(0, -44))?.verify?.(password)).toBe(false)
  })

  test('of better-auth is not verified by another password', async () => {
    const { password, hash } = foreignHash('better-auth, which normalizes to NFKC')
    expect(await readForeignHash(hash)?.verify?.(`${password} `)).toBe(false)
  })

  test.each<[what: string, hash: string]>([
    ['argon2 with more than 128 MiB', ARGON2.replace('m=1024', 'm=131073').replace('t=2', 't=1')],
    ['argon2 with gigabytes', ARGON2.replace('m=1024', 'm=4194304')],
    ['argon2 with too many passes', ARGON2.replace('t=2', 't=513')],
    ['argon2 with too many lanes', ARGON2.replace('p=1', 'p=17')],
    ['argon2 with too little memory for its lanes', ARGON2.replace('m=1024', 'm=7')],
    ['argon2 with too little memory for 16 lanes', ARGON2.replace('m=1024', 'm=127').replace('p=1', 'p=16')],
    ['argon2 without passes', ARGON2.replace('t=2', 't=0')],
    ['argon2 without lanes', ARGON2.replace('p=1', 'p=0')],
    ['argon2 with a parameter twice instead of another', ARGON2.replace('t=2', 'm=1024')],
    ['PBKDF2 with more than two million iterations', DJANGO.replace('$1000$', '$2000001$')],
    ['PBKDF2 with hours of iterations', DJANGO.replace('$1000$', '$999999999$')],
    ['PBKDF2 without iterations', DJANGO.replace('$1000$', '$0$')],
    ['scrypt with more than 64 MiB', FIREBASE.replace('n=8,r=4', 'n=16,r=9')],
    ['scrypt with gigabytes', FIREBASE.replace('n=8,r=4', 'n=25,r=8')],
    ['scrypt with a cost of one', FIREBASE.replace('n=8', 'n=0')],
    ['scrypt without a block', FIREBASE.replace('r=4', 'r=0')],
  ])('is a fault that names no part of the hash: %s', (_, hash) => {
    const { fault } = readForeignHash(hash) ?? {}
    expect(fault).toMatch(/is outside of/)
    for (const part of hash
      .split('$')
      .filter((text) => /^[A-Za-z]/.test(text))
      .slice(-2))
      expect(fault).not.toContain(part)
  })

  test('is a fault that states the limits', () => {
    const faultOf = (hash: string) => readForeignHash(hash)?.fault
    expect(faultOf(ARGON2.replace('p=1', 'p=17'))).toBe(
      'argon2 with m=1024,p=17,t=2 is outside of m=8p to 131072, m·t at most 524288, p at most 16',
    )
    expect(faultOf(DJANGO.replace('$1000$', '$0$'))).toBe('PBKDF2 with 0 iterations is outside of 1 to 2000000')
    expect(faultOf(FIREBASE.replace('r=4', 'r=0'))).toBe('scrypt with N=256,r=0 is outside of N·r = 2 to 524288')
  })

  test.each<[what: string, hash: string]>([
    ['argon2 with 128 MiB', ARGON2.replace('m=1024', 'm=131072')],
    ['argon2 with 16 lanes in the least memory', ARGON2.replace('m=1024', 'm=128').replace('p=1', 'p=16')],
    ['argon2 with 512 MiB in all passes', ARGON2.replace('t=2', 't=512')],
    ['argon2 with the defaults of Django', ARGON2.replace('m=1024,p=1,t=2', 'm=102400,t=2,p=8')],
    ['argon2 with the defaults of Laravel', ARGON2.replace('m=1024,p=1,t=2', 'm=65536,t=4,p=1')],
    ['PBKDF2 with a single iteration', DJANGO.replace('$1000$', '$1$')],
    ['PBKDF2 with two million iterations', DJANGO.replace('$1000$', '$2000000$')],
    ['scrypt with a block size of two digits', FIREBASE.replace('r=4', 'r=16')],
    ['scrypt with a separator with digits', FIREBASE.replace('ss=Bw==', 'ss=B0w1')],
    ['scrypt with 64 MiB', FIREBASE.replace('n=8,r=4', 'n=16,r=8')],
  ])('is within the limits: %s', (_, hash) => {
    expect(readForeignHash(hash)).toMatchObject({ fault: undefined })
  })

  test.each<[what: string, hash: string]>([
    ['argon2d', ARGON2.replace('argon2id', 'argon2d')],
    ['argon2 of an earlier version', ARGON2.replace('v=19', 'v=16')],
    ['argon2 with other data', ARGON2.replace('m=1024', 'data=a,m=1024')],
    ['argon2 with a short hash', ARGON2.slice(0, -23)],
    ['PBKDF2 of another digest', DJANGO.replace('sha256', 'sha512')],
    ['PBKDF2 with a truncated hash', DJANGO.replace('M=', '=').replace('jVY=', '=')],
    ['Firebase’s without a signer key', FIREBASE.replace(/sk=[^$]*/, 'sk=')],
    ['Firebase’s with a separator that is not base64', FIREBASE.replace('ss=Bw==', 'ss=B.==')],
    ['Firebase’s of another version', FIREBASE.replace('v=1', 'v=2')],
    ...[ARGON2, DJANGO, FIREBASE, BETTER_AUTH].flatMap((hash): [what: string, hash: string][] => [
      ['text after the hash', `${hash}\n`],
      ['text before the hash', ` ${hash}`],
    ]),
    ['a digest without a salt', 'a'.repeat(64)],
    ['nothing', ''],
  ])('is not read: %s', (_, hash) => {
    expect(readForeignHash(hash)).toBeUndefined()
  })
})
