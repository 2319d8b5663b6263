import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { type IdentityStore, identityKey } from '../../lib/identity/identity.ts'
import type { UsedTokenKind, UsedTokenStore } from '../../lib/identity/used-tokens.ts'
import type { ProviderSessionStore } from '../../lib/provider-session.ts'
import { newUserId } from '../support/samples.ts'

const ISSUER = 'https://login.example.com/tenant'
const soon = () => startDeadline(60)
const newKey = () => identityKey(ISSUER, nanoid())
const newPointer = () => ({ userId: newUserId(), claim: nanoid(21) })

/** The contract of `IdentityStore` (`lib/identity/identity.ts`). */
export function identityStoreContract(name: string, open: () => IdentityStore): void {
  describe(`identity store: ${name}`, () => {
    test('gives an identity to the first pointer, and to the same one again', async () => {
      const key = newKey()
      const [first, second] = [newPointer(), newPointer()]
      expect(await open().getIdentity(key, soon())).toBeUndefined()
      expect(await open().claimIdentity(key, first, undefined, soon())).toEqual(first)
      expect(await open().claimIdentity(key, first, undefined, soon())).toEqual(first)
      expect(await open().claimIdentity(key, second, undefined, soon())).toEqual(first)
      expect(await open().claimIdentity(key, { ...first, claim: nanoid(21) }, undefined, soon())).toEqual(first)
      expect(await open().getIdentity(key, soon())).toEqual(first)
    })

    test('replaces a pointer only if it has the claim that was read, and releases it only by its claim', async () => {
      const key = newKey()
      const [gone, heir, late] = [newPointer(), newPointer(), newPointer()]
      await open().claimIdentity(key, gone, undefined, soon())
      expect(await open().claimIdentity(key, heir, gone.claim, soon())).toEqual(heir)
      expect(await open().claimIdentity(key, late, gone.claim, soon())).toEqual(heir)
      await open().releaseIdentity(key, gone.claim, soon())
      expect(await open().getIdentity(key, soon())).toEqual(heir)
      await open().releaseIdentity(key, heir.claim, soon())
      await open().releaseIdentity(key, heir.claim, soon())
      expect(await open().getIdentity(key, soon())).toBeUndefined()
      expect(await open().claimIdentity(key, late, heir.claim, soon())).toEqual(late)
    })

    test('gives an identity to exactly one of 16 parallel claims', async () => {
      const key = newKey()
      const pointers = Array.from({ length: 16 }, newPointer)
      const holders = await Promise.all(pointers.map((each) => open().claimIdentity(key, each, undefined, soon())))
      expect(new Set(holders.map((holder) => holder?.claim)).size).toBe(1)
    })
  })
}

/** The contract of `ProviderSessionStore` (`lib/provider-session.ts`). */
export function providerSessionStoreContract(name: string, open: () => ProviderSessionStore): void {
  describe(`provider session store: ${name}`, () => {
    const session = (changes: { sid?: string; issuedAt?: number; issuer?: string } = {}) => {
      const { sid = nanoid(), issuedAt = 1000, issuer = ISSUER } = changes
      return { issuer, subject: nanoid(), sid, issuedAt }
    }
    const tie = (of: ReturnType<typeof session>, userId = newUserId()) => open().tie(of, userId, soon())

    test('returns every user who was tied to a session that ends, and ties nobody afterwards', async () => {
      const of = session()
      const users = [newUserId(), newUserId()]
      for (const userId of [...users, ...users]) expect(await tie(of, userId)).toBe(true)
      expect((await open().endSession(ISSUER, of.sid, soon())).sort()).toEqual(users.sort())
      expect(await tie(of)).toBe(false)
      expect((await open().endSession(ISSUER, of.sid, soon())).sort()).toEqual(users.sort())
    })

    test('marks a session that nobody has signed in by yet', async () => {
      const of = session()
      expect(await open().endSession(ISSUER, of.sid, soon())).toEqual([])
      expect(await tie(of)).toBe(false)
      expect(await tie({ ...of, issuer: 'https://other.example.com' })).toBe(true)
      const { sid: _, ...withoutSid } = of
      expect(await open().tie(withoutSid, newUserId(), soon())).toBe(true)
    })

    test('refuses ID tokens of a subject up to the latest logout', async () => {
      const of = session()
      const at = (issuedAt: number) => tie({ ...of, issuedAt })
      const end = (until: number) => open().endSubject(ISSUER, of.subject, until, soon())
      await end(1000)
      expect([await at(999), await at(1000), await at(1001)]).toEqual([false, false, true])
      await end(1100)
      await end(1050)
      expect([await at(1100), await at(1101)]).toEqual([false, true])
      expect(await tie(session())).toBe(true)
    })

    test('lets exactly one of a tie and a logout win', async () => {
      const of = session()
      const userId = newUserId()
      const [tied, users] = await Promise.all([tie(of, userId), open().endSession(ISSUER, of.sid, soon())])
      expect(users).toEqual(tied ? [userId] : [])
    })
  })
}

/** What every store of used tokens guarantees. */
export function usedTokenStoreContract(name: string, open: () => UsedTokenStore): void {
  describe(`used tokens, ${name}`, () => {
    const until = 4_000_000_000
    const use = (token: string, mark: string, kind: UsedTokenKind = 'exchange') =>
      open().use(kind, token, mark, until, soon())

    test('a token is used by one request, which may repeat its write', async () => {
      const token = nanoid()
      expect(await open().isUsed('exchange', token, soon())).toBe(false)
      expect([await use(token, 'a'), await use(token, 'a'), await use(token, 'b')]).toEqual([true, true, false])
      expect(await open().isUsed('exchange', token, soon())).toBe(true)
    })

    test('of requests at once one uses a token', async () => {
      const token = nanoid()
      const used = await Promise.all(['a', 'b', 'c', 'd'].map((mark) => use(token, mark)))
      expect(used.filter(Boolean)).toHaveLength(1)
    })

    test('a token of one kind is none of another', async () => {
      const token = nanoid()
      expect([await use(token, 'a'), await use(token, 'b', 'signal')]).toEqual([true, true])
      expect(await open().isUsed('revocation', token, soon())).toBe(false)
    })
  })
}
