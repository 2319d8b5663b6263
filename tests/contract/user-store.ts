import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import type { UserStore } from '../../lib/ports.ts'
import type { Scope } from '../../lib/scope.ts'
import type { Email, User } from '../../lib/user.ts'
import { newUserId, sampleUser } from '../support/samples.ts'

/** What every user store promises (`lib/ports.ts`). */
export function userStoreContract(name: string, open: () => UserStore): void {
  describe(`user store: ${name}`, () => {
    const soon = () => startDeadline()
    const newEmail = () => `${nanoid(8).toLowerCase()}@example.com` as Email
    const put = async (changes: Partial<User> = {}) => {
      const user = sampleUser(changes)
      await open().create(user, soon())
      return user
    }

    test('gives back exactly what was created', async () => {
      const user = await put({ name: 'Ada ♥', scopes: ['admin:read' as Scope], epoch: 7 })
      expect(await open().get(user.id, soon())).toEqual(user)
      expect(await open().get(newUserId(), soon())).toBeUndefined()
    })

    test('create may be repeated by its own writer and never overwrites another', async () => {
      const user = await put()
      await open().create(user, soon())
      await expect(open().create({ ...user, changeId: nanoid(21), name: 'other' }, soon())).rejects.toThrow()
      expect(await open().get(user.id, soon())).toEqual(user)
    })

    test('an email goes to the first who claims it, and to nobody after', async () => {
      const email = newEmail()
      const [first, second] = [newUserId(), newUserId()]
      expect(await open().getPointer(email, soon())).toBeUndefined()
      expect(await open().claimEmail(email, first, undefined, soon())).toBe(first)
      expect(await open().claimEmail(email, second, undefined, soon())).toBe(first)
      expect(await open().claimEmail(email, first, undefined, soon())).toBe(first)
      expect(await open().getPointer(email, soon())).toBe(first)
    })

    test('of many who claim an email at once exactly one gets it', async () => {
      const email = newEmail()
      const ids = Array.from({ length: 16 }, newUserId)
      const holders = await Promise.all(ids.map((id) => open().claimEmail(email, id, undefined, soon())))
      expect(new Set(holders).size).toBe(1)
      expect(ids.filter((id, i) => holders[i] === id)).toHaveLength(1)
    })

    test('a pointer is taken over only from whom it names', async () => {
      const email = newEmail()
      const [gone, heir, late] = [newUserId(), newUserId(), newUserId()]
      await open().claimEmail(email, gone, undefined, soon())
      expect(await open().claimEmail(email, heir, gone, soon())).toBe(heir)
      expect(await open().claimEmail(email, late, gone, soon())).toBe(heir)
    })

    test('advancing the epoch applies the change once', async () => {
      const user = await put()
      const changeId = nanoid(21)
      const change = { status: 'disabled', passwordHash: 'new', scopes: ['a' as Scope] } as const
      expect(await open().advanceEpoch(user.id, 0, changeId, change, soon())).toBe(true)
      expect(await open().get(user.id, soon())).toEqual({ ...user, ...change, epoch: 1, changeId, sweepPending: true })
    })

    test('a repeated advance recognises its own success, a rival’s does not', async () => {
      const user = await put()
      const changeId = nanoid(21)
      await open().advanceEpoch(user.id, 0, changeId, {}, soon())
      expect(await open().advanceEpoch(user.id, 0, changeId, {}, soon())).toBe(true)
      expect(await open().advanceEpoch(user.id, 0, nanoid(21), {}, soon())).toBe(false)
      expect(await open().get(user.id, soon())).toMatchObject({ epoch: 1, changeId })
    })

    test('of many advances of one epoch exactly one succeeds', async () => {
      const user = await put()
      const tries = Array.from({ length: 16 }, () => open().advanceEpoch(user.id, 0, nanoid(21), {}, soon()))
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1)
      expect(await open().get(user.id, soon())).toMatchObject({ epoch: 1 })
    })

    test('advancing an absent user creates nothing', async () => {
      const id = newUserId()
      expect(await open().advanceEpoch(id, 0, nanoid(21), {}, soon())).toBe(false)
      expect(await open().get(id, soon())).toBeUndefined()
    })

    test('a sweep is cleared under its own epoch only', async () => {
      const user = await put({ epoch: 2, sweepPending: true })
      await open().clearSweep(user.id, 1, soon())
      expect(await open().get(user.id, soon())).toMatchObject({ sweepPending: true })
      await open().clearSweep(user.id, 2, soon())
      expect(await open().get(user.id, soon())).toMatchObject({ sweepPending: false })
      await open().clearSweep(newUserId(), 0, soon())
    })

    test('delete is idempotent', async () => {
      const user = await put()
      await open().delete(user.id, soon())
      await open().delete(user.id, soon())
      expect(await open().get(user.id, soon())).toBeUndefined()
    })
  })
}
