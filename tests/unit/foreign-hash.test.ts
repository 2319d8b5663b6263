import { describe, expect, test } from 'vitest'
import { readForeignHash } from '../../lib/passwords/foreign-hash.ts'

const HORSE = 'correct horse battery staple'
const UMLAUTS = 'pässwörd 密码'
const SIGNER = 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=='

// Made by the libraries themselves: node-argon2 0.45, Django 5.2, firebase-scrypt 2.2 and better-auth 1.7; the first of
// Firebase is the example of github.com/firebase/scrypt.
const vectors: [maker: string, password: string, hash: string][] = [
  [
    'argon2id with the defaults of node-argon2',
    HORSE,
    '$argon2id$v=19$m=65536,p=4,t=3$qDjoppc42EwIKD/tfw3eJg$WDmKUyX2OEtj0m67y4gG0cDgltD2PpEh81fE5eM8ZGY',
  ],
  [
    'argon2id of another alphabet',
    UMLAUTS,
    '$argon2id$v=19$m=1024,p=1,t=2$zyLypiAVmla8qjaRQ8LRSw$pZrXDNKaCGabpIxj7YuS9vSEpGoRLJCuqTzZy2HiYjM',
  ],
  [
    'argon2id with the parameters in the order of PHP',
    UMLAUTS,
    '$argon2id$v=19$m=1024,t=2,p=1$zyLypiAVmla8qjaRQ8LRSw$pZrXDNKaCGabpIxj7YuS9vSEpGoRLJCuqTzZy2HiYjM',
  ],
  [
    'argon2id of 64 bytes',
    HORSE,
    '$argon2id$v=19$m=1024,p=4,t=1$K0T7N8VreO8gXh9vmyZf4g$NJIXxIcLL7UNUkByE46RmZfQTR9hKdbXovCPcpzvZj7sjG09480KFhENGN+Ub5mcyGnpAkVHmeX51xvJAoV3PA',
  ],
  ['argon2i', HORSE, '$argon2i$v=19$m=1024,p=2,t=3$KnEEPnQ7L+U/sHtMDYjRmA$IshJzC7KEfNNFXu0t/s8TyoY/kI35JNszvJdcX7NpXw'],
  ['Django', HORSE, 'pbkdf2_sha256$1000$seasalt2$vVHZGEs7v6quz+ZQJ3YUviKmZHPrpr5OATMMKlICjVY='],
  [
    'Django with a salt that is no ASCII',
    UMLAUTS,
    'pbkdf2_sha256$1000$sälz$jrm8HZySOWGti6x+ujQrE1xmmUlE6yy+tJ//JS44Dto=',
  ],
  [
    'Django with its default',
    HORSE,
    'pbkdf2_sha256$1000000$8jZm3NhaQ5EvcTE7v0vPpD$xq5gE5YboEIsX9ldDK4/K9gKszJANirvx6xRY27VgrI=',
  ],
  [
    'Firebase',
    'user1password',
    `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${SIGNER}$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==`,
  ],
  [
    'Firebase with other parameters',
    UMLAUTS,
    `$fbscrypt$v=1,n=8,r=4,p=1,ss=Bw==,sk=${SIGNER}$42xEC+ixf3L2lw==$JOCTmwY0e5IS7R6ptUfA7AQX1a3hVOWlecFS7NydOiOmI0pD1bZwg1kr9GVquahGmiaS7aStQQF9JJBBUseXlw==`,
  ],
  [
    'better-auth, which normalizes to NFKC',
    'ﬁ pässwörd 密码',
    '6b66f460adf7859dafbbb8e7d1e8b5e5:f5c29626070410da7b9741bd399b43fac80d9033389a0d5c50bfa55ab4f71bb9d4d4af3edba13767c6ab4aaf52a97068b4a497f3689d52d6169e04fe2c7385bb',
  ],
]

const [, , ARGON2 = ''] = vectors[1] ?? []
const [, , DJANGO = ''] = vectors[5] ?? []
const [, , FIREBASE = ''] = vectors[9] ?? []

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

  test('of better-auth is not verified by another password', async () => {
    const [, password, hash = ''] = vectors.at(-1) ?? []
    expect(await readForeignHash(hash)?.verify?.(`${password} `)).toBe(false)
  })

  test.each<[what: string, hash: string]>([
    ['argon2 with more than 128 MiB', ARGON2.replace('m=1024', 'm=131073').replace('t=2', 't=1')],
    ['argon2 with gigabytes', ARGON2.replace('m=1024', 'm=4194304')],
    ['argon2 with too many passes', ARGON2.replace('t=2', 't=513')],
    ['argon2 with too many lanes', ARGON2.replace('p=1', 'p=17')],
    ['argon2 with too little memory for its lanes', ARGON2.replace('m=1024', 'm=7')],
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
    expect(fault).not.toMatch(/zyLypiAV|seasalt|42xEC/)
  })

  test.each<[what: string, hash: string]>([
    ['argon2 with 128 MiB', ARGON2.replace('m=1024', 'm=131072')],
    ['argon2 with the defaults of Django', ARGON2.replace('m=1024,p=1,t=2', 'm=102400,t=2,p=8')],
    ['argon2 with the defaults of Laravel', ARGON2.replace('m=1024,p=1,t=2', 'm=65536,t=4,p=1')],
    ['PBKDF2 with two million iterations', DJANGO.replace('$1000$', '$2000000$')],
    ['scrypt with 64 MiB', FIREBASE.replace('n=8,r=4', 'n=16,r=8')],
  ])('is within the limits: %s', (_, hash) => {
    expect(readForeignHash(hash)).toMatchObject({ fault: undefined })
  })

  test.each<[what: string, hash: string]>([
    ['argon2d', ARGON2.replace('argon2id', 'argon2d')],
    ['argon2 of an earlier version', ARGON2.replace('v=19', 'v=16')],
    ['argon2 with a key id', ARGON2.replace('m=1024', 'keyid=a,m=1024')],
    ['argon2 with a short hash', ARGON2.slice(0, -23)],
    ['PBKDF2 of another digest', DJANGO.replace('sha256', 'sha512')],
    ['PBKDF2 with a truncated hash', DJANGO.replace('M=', '=').replace('jVY=', '=')],
    ['Firebase’s without a signer key', FIREBASE.replace(SIGNER, '')],
    ['Firebase’s of another version', FIREBASE.replace('v=1', 'v=2')],
    ['text after the hash', `${DJANGO}\n`],
    ['text before the hash', ` ${FIREBASE}`],
    ['a digest without a salt', 'a'.repeat(64)],
    ['nothing', ''],
  ])('is not read: %s', (_, hash) => {
    expect(readForeignHash(hash)).toBeUndefined()
  })
})
