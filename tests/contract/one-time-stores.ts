import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import type { CodeChallenge, CodeChallengeStore } from '../../lib/accounts/login-code.ts'
import type { Ticket, TicketStore } from '../../lib/accounts/tickets.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { BY_PASSWORD } from '../../lib/factor.ts'
import type { Challenge, ChallengeStore } from '../../lib/factors/challenges.ts'
import { hashOneTimeSecret } from '../../lib/one-time-secret.ts'
import type { PasskeyChallenge, PasskeyChallengeStore } from '../../lib/passkeys/passkey-challenges.ts'
import type { Scope } from '../../lib/scope.ts'
import { Secret } from '../../lib/secret.ts'
import type { Email } from '../../lib/user.ts'
import { NOW, newUserId } from '../support/samples.ts'

interface OneTimeStores {
  readonly tickets: TicketStore
  readonly challenges: ChallengeStore
  readonly passkeys: PasskeyChallengeStore
}

const soon = () => startDeadline(60)
const newSecret = () => new Secret(nanoid(43))
const ticket: Ticket = { email: 'ada@example.com' as Email, expiresAt: NOW + 3600 }
const challenge: Challenge = { userId: newUserId(), epoch: 3, proof: BY_PASSWORD, expiresAt: NOW + 600 }

const passkey: PasskeyChallenge = { userId: newUserId(), expiresAt: NOW + 600 }

/** The contracts of `TicketStore`, `ChallengeStore` and `PasskeyChallengeStore`. */
export function oneTimeContract(name: string, open: () => OneTimeStores): void {
  test(`challenge store: ${name} returns exactly what was put`, async () => {
    const { challenges } = open()
    const proof = { factors: ['password', 'totp'], assurance: 2 } as const
    for (const more of [{}, { scopes: ['a' as Scope], label: 'laptop ♥', proof }, { scopes: [] }]) {
      const secret = newSecret()
      await challenges.put(secret, { ...challenge, ...more }, soon())
      expect(await challenges.get(secret, NOW, soon())).toEqual({ ...challenge, ...more })
    }
  })

  test(`passkey challenge store: ${name} keeps challenges of users and of anyone apart`, async () => {
    const { passkeys } = open()
    for (const item of [passkey, { expiresAt: NOW + 600 }]) {
      const secret = newSecret()
      await passkeys.put(secret, item, soon())
      expect(await passkeys.get(secret, NOW, soon())).toEqual(item)
    }
  })

  describe.each(['tickets', 'challenges', 'passkeys'] as const)(`%s: ${name}`, (kind) => {
    const stored = { tickets: ticket, challenges: challenge, passkeys: passkey }[kind]
    const opened = () => {
      const { tickets, challenges, passkeys } = open()
      const secret = newSecret()
      if (kind === 'tickets') return { ...tickets, secret, put: () => tickets.put(secret, ticket, soon()) }
      if (kind === 'passkeys') return { ...passkeys, secret, put: () => passkeys.put(secret, passkey, soon()) }
      return { ...challenges, secret, put: () => challenges.put(secret, challenge, soon()) }
    }

    test('are returned until they expire', async () => {
      const { secret, put, get, use } = opened()
      expect(await get(secret, NOW, soon())).toBeUndefined()
      expect(await use(secret, 'mark', soon())).toBe(false)
      await put()
      expect(await get(secret, stored.expiresAt - 1, soon())).toEqual(stored)
      expect(await get(secret, stored.expiresAt, soon())).toBeUndefined()
      expect(await get(newSecret(), NOW, soon())).toBeUndefined()
    })

    test('are used up by one mark, and a repeated use by the same mark succeeds', async () => {
      const { secret, put, get, use } = opened()
      await put()
      expect(await use(secret, 'first', soon())).toBe(true)
      expect(await use(secret, 'first', soon())).toBe(true)
      expect(await use(secret, 'other', soon())).toBe(false)
      expect(await get(secret, NOW, soon())).toBeUndefined()
    })

    test('stay used when a put takes effect late', async () => {
      const { secret, put, get, use } = opened()
      await put()
      await put()
      expect(await use(secret, 'first', soon())).toBe(true)
      await put()
      expect(await get(secret, NOW, soon())).toBeUndefined()
      expect(await use(secret, 'other', soon())).toBe(false)
    })

    test('are used up by exactly one of 16 parallel requests', async () => {
      const { secret, put, use } = opened()
      await put()
      const uses = await Promise.all(Array.from({ length: 16 }, () => use(secret, nanoid(21), soon())))
      expect(uses.filter(Boolean)).toHaveLength(1)
    })
  })
}

const codeChallenge: CodeChallenge = { email: 'ada@example.com' as Email, salt: 's', expiresAt: NOW + 600 }

/** The contract of `CodeChallengeStore`. */
export function codeChallengeContract(name: string, open: () => CodeChallengeStore): void {
  describe(`challenges of mailed codes: ${name}`, () => {
    const put = async () => {
      const [store, secret] = [open(), newSecret()]
      await store.put(secret, codeChallenge, soon())
      return { store, secret, hash: hashOneTimeSecret(secret) }
    }

    test('are returned by the hash of their secret until they expire or are used', async () => {
      const { store, secret, hash } = await put()
      expect(await store.get(hash, NOW + 599, soon())).toEqual(codeChallenge)
      expect(await store.get(hash, NOW + 600, soon())).toBeUndefined()
      expect(await store.get(hashOneTimeSecret(newSecret()), NOW, soon())).toBeUndefined()
      for (const mark of ['first', 'first']) expect(await store.use(secret, mark, soon())).toBe(true)
      expect(await store.use(secret, 'other', soon())).toBe(false)
      expect(await store.get(hash, NOW, soon())).toBeUndefined()
      await store.put(secret, codeChallenge, soon()) // a first attempt that takes effect late
      expect(await store.takeTry(secret, 5, NOW, soon())).toBeUndefined()
    })

    test('give each try once, also to 16 parallel requests, and none once they have expired', async () => {
      const { store, secret } = await put()
      expect(await store.takeTry(newSecret(), 5, NOW, soon())).toBeUndefined()
      expect(await store.takeTry(secret, 5, NOW + 600, soon())).toBeUndefined()
      const tries = await Promise.all(Array.from({ length: 16 }, () => store.takeTry(secret, 5, NOW, soon())))
      expect(tries.filter((each) => each !== undefined)).toEqual(Array(5).fill(codeChallenge))
      expect(await store.takeTry(secret, 5, NOW, soon())).toBeUndefined()
    })
  })
}
