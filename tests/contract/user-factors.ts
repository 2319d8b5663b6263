import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import type { UserStore } from '../../lib/ports.ts'
import type { User } from '../../lib/user.ts'
import { NOW, newUserId, sampleUser } from '../support/samples.ts'

/** The contract of `UserStore` for mailed links and second factors. */
export function userFactorsContract(name: string, open: () => UserStore): void {
  describe(`user store, links and factors: ${name}`, () => {
    const soon = () => startDeadline(60)
    const link = (hash: string) => ({ hash, epoch: 0, expiresAt: NOW + 3600 })
    const totp = { id: 'app', sealed: '1.sealed', createdAt: NOW }
    const put = async (changes: Partial<User> = {}) => {
      const user = sampleUser(changes)
      await open().create(user, soon())
      return user
    }
    const stored = async ({ id }: User) => {
      const user = await open().get(id, soon())
      return user?.recoveryCodes ? { ...user, recoveryCodes: user.recoveryCodes.toSorted() } : user
    }
    const sixteen = (use: () => Promise<boolean>) => Promise.all(Array.from({ length: 16 }, use))

    test('returns links and factors as a change set them, and no longer once a change removes them', async () => {
      const user = await put()
      const set = { emailVerified: true, reset: link('r'), verification: link('v'), totpPending: totp } as const
      expect(await open().update(user.id, user.changeId, 'second', set, soon())).toBe(true)
      expect(await stored(user)).toEqual({ ...user, ...set, changeId: 'second' })

      const factors = { totp, totpStep: 7, recoveryCodes: ['a', 'b'] } as const
      const changed = { ...user, changeId: 'second' }
      const enrolled = { ...factors, removes: ['totpPending', 'reset'] } as const
      expect(await open().advanceEpoch(changed, 'third', enrolled, soon())).toBe(true)
      const { reset: _, totpPending: __, ...kept } = set
      const after = { ...user, ...kept, epoch: 1, sweepPending: true }
      expect(await stored(user)).toEqual({ ...after, ...factors, changeId: 'third' })

      const removes = ['totp', 'totpStep', 'recoveryCodes', 'verification', 'reset'] as const
      expect(await open().update(user.id, 'third', 'fourth', { removes }, soon())).toBe(true)
      const { verification: ___, ...bare } = after
      expect(await stored(user)).toEqual({ ...bare, changeId: 'fourth' })
    })

    test('uses up a step once, no earlier step after it, and none of another app', async () => {
      const user = await put({ totp })
      expect(await open().useTotpStep(user.id, { ...totp, id: 'other' }, 9, nanoid(21), soon())).toBe(false)
      const uses = await sixteen(() => open().useTotpStep(user.id, totp, 8, nanoid(21), soon()))
      expect(uses.filter(Boolean)).toHaveLength(1)
      for (const step of [8, 7]) expect(await open().useTotpStep(user.id, totp, step, nanoid(21), soon())).toBe(false)
      expect(await stored(user)).toEqual({ ...user, totpStep: 8 })
      expect(await open().useTotpStep(user.id, totp, 9, nanoid(21), soon())).toBe(true)
    })

    test('uses up a recovery code once, and the last one as well', async () => {
      const user = await put({ totp, recoveryCodes: ['a', 'b'] })
      const uses = await sixteen(() => open().useRecoveryCode(user.id, 'a', nanoid(21), soon()))
      expect(uses.filter(Boolean)).toHaveLength(1)
      expect(await stored(user)).toEqual({ ...user, recoveryCodes: ['b'] })
      for (const [code, isUsed] of [
        ['a', false],
        ['b', true],
        ['b', false],
      ] as const)
        expect(await open().useRecoveryCode(user.id, code, nanoid(21), soon())).toBe(isUsed)
      expect(await stored(user)).toEqual({ ...user, recoveryCodes: undefined })
    })

    const passkey = {
      ...{
        credentialId: 'id-of-ada',
        publicKey: 'key-of-ada',
        algorithm: -257,
        firstCount: 4_294_967_295,
        name: 'Ada’s ♥',
      },
      ...{ transports: ['internal', 'hybrid'], createdAt: NOW, since: 3 },
    }
    const passkeys = { a: passkey, 'b-_': { ...passkey, transports: [], firstCount: 0 } }
    const uses = { passkeyCounts: {}, passkeyUsedAt: {} }

    test('returns passkeys as a change set them, and removes what is kept of one of them', async () => {
      const user = await put()
      expect(await open().advanceEpoch(user, 'second', { passkeys, ...uses }, soon())).toBe(true)
      const after = { ...user, epoch: 1, sweepPending: true, passkeys, ...uses }
      expect(await stored(user)).toEqual({ ...after, changeId: 'second' })
      for (const id of ['a', 'b-_'])
        expect(await open().usePasskey(user.id, id, { count: 7, at: NOW }, nanoid(21), soon())).toBe(true)
      const { 'b-_': _, ...one } = passkeys
      const removes = ['passkeyCounts.b-_', 'passkeyUsedAt.b-_', 'passkeyUsedAt.never'] as const
      expect(await open().update(user.id, 'second', 'third', { passkeys: one, removes }, soon())).toBe(true)
      const kept = { passkeys: one, passkeyCounts: { a: 7 }, passkeyUsedAt: { a: NOW } }
      expect(await stored(user)).toEqual({ ...after, ...kept, changeId: 'third' })
      const all = ['passkeys', 'passkeyCounts', 'passkeyUsedAt'] as const
      expect(await open().update(user.id, 'third', 'fourth', { removes: all }, soon())).toBe(true)
      expect(await stored(user)).toEqual({ ...user, epoch: 1, sweepPending: true, changeId: 'fourth' })
    })

    test('counts the uses of a passkey upwards, each once, and those without a counter not at all', async () => {
      const user = await put({ passkeys, ...uses })
      const use = (id: string, count: number, at = NOW) =>
        open().usePasskey(user.id, id, { count, at }, nanoid(21), soon())
      expect((await sixteen(() => use('a', 5))).filter(Boolean)).toHaveLength(1)
      for (const count of [5, 4]) expect(await use('a', count)).toBe(false)
      expect(await use('a', 6)).toBe(true)
      expect(await use('a', 0, NOW + 9)).toBe(true)
      expect(await use('b-_', 1)).toBe(true)
      for (const count of [0, 9]) expect(await use('gone', count)).toBe(false)
      const counted = { passkeyCounts: { a: 6, 'b-_': 1 }, passkeyUsedAt: { a: NOW + 9, 'b-_': NOW } }
      expect(await stored(user)).toEqual({ ...user, ...counted })
    })

    test('creates nothing when a code or a passkey of an absent user is used', async () => {
      const id = newUserId()
      for (const count of [0, 1])
        expect(await open().usePasskey(id, 'a', { count, at: NOW }, nanoid(21), soon())).toBe(false)
      expect(await open().useTotpStep(id, totp, 1, nanoid(21), soon())).toBe(false)
      expect(await open().useRecoveryCode(id, 'a', nanoid(21), soon())).toBe(false)
      expect(await open().get(id, soon())).toBeUndefined()
    })
  })
}
