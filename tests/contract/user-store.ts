import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { PointerTarget, UserStore } from '../../lib/ports.ts'
import type { Scope } from '../../lib/scope.ts'
import type { Email, User } from '../../lib/user.ts'
import { draws } from '../support/draws.ts'
import { NOW, newUserId, sampleUser } from '../support/samples.ts'

/** The contract of `UserStore` (`lib/ports.ts`). */
export function userStoreContract(name: string, open: () => UserStore): void {
  describe(`user store: ${name}`, () => {
    const soon = () => startDeadline(60)
    const newEmail = () => `${nanoid(8).toLowerCase()}@example.com` as Email
    const put = async (changes: Partial<User> = {}) => {
      const user = sampleUser(changes)
      await open().create(user, soon())
      return user
    }
    const register = async (count: number) => {
      const users = Array.from({ length: count }, () => sampleUser({ email: newEmail() }))
      for (let start = 0; start < count; start += 50)
        await Promise.all(
          users.slice(start, start + 50).map(async (user) => {
            await open().create(user, soon())
            await open().claimEmail(user.email, { userId: user.id }, undefined, soon())
          }),
        )
      return users
    }
    const listAll = async (limit: number) => {
      const users: User[] = []
      const sizes: number[] = []
      let after: Email | undefined
      do {
        const page = await open().list({ limit, after }, soon())
        users.push(...page.users)
        sizes.push(page.users.length)
        after = page.next
      } while (after !== undefined)
      return { users, sizes }
    }
    const byId = (users: readonly User[]) => users.toSorted((a, b) => (a.id < b.id ? -1 : 1))

    test('returns exactly what was created', async () => {
      const user = await put({ name: 'Ada ♥', scopes: ['admin:read' as Scope], epoch: 7 })
      expect(await open().get(user.id, soon())).toEqual(user)
      expect(await open().get(newUserId(), soon())).toBeUndefined()
    })

    test('rejects creating a user whose id exists, also for the same user', async () => {
      const user = await put()
      await expect(open().create(user, soon())).rejects.toThrow(UnavailableError)
      await expect(open().create({ ...user, changeId: nanoid(21), name: 'other' }, soon())).rejects.toThrow()
      expect(await open().get(user.id, soon())).toEqual(user)
    })

    test('gives an email to the first user who claims it', async () => {
      const email = newEmail()
      const [first, second] = [newUserId(), newUserId()]
      expect(await open().getPointer(email, soon())).toBeUndefined()
      expect(await open().claimEmail(email, { userId: first }, undefined, soon())).toEqual({ userId: first })
      expect(await open().claimEmail(email, { userId: second }, undefined, soon())).toEqual({ userId: first })
      expect(await open().claimEmail(email, { userId: first }, undefined, soon())).toEqual({ userId: first })
      expect(await open().getPointer(email, soon())).toBe(first)
    })

    test('gives an email to exactly one of 16 parallel claims', async () => {
      const email = newEmail()
      const ids = Array.from({ length: 16 }, newUserId)
      const holders = await Promise.all(ids.map((id) => open().claimEmail(email, { userId: id }, undefined, soon())))
      expect(new Set(holders.map((holder) => holder?.userId)).size).toBe(1)
      expect(ids.filter((id, i) => holders[i]?.userId === id)).toHaveLength(1)
    })

    test('replaces a pointer only if it names the expected user', async () => {
      const email = newEmail()
      const [gone, heir, late] = [newUserId(), newUserId(), newUserId()]
      await open().claimEmail(email, { userId: gone }, undefined, soon())
      expect(await open().claimEmail(email, { userId: heir }, { userId: gone }, soon())).toEqual({ userId: heir })
      expect(await open().claimEmail(email, { userId: late }, { userId: gone }, soon())).toEqual({ userId: heir })
    })

    test('tells pointers of one user apart by their claims, and from those without a claim', async () => {
      const email = newEmail()
      const [userId, other] = [newUserId(), newUserId()]
      const [old, one, two] = [{ userId }, { userId, claim: nanoid(21) }, { userId, claim: nanoid(21) }]
      const claim = (pointer: PointerTarget, dead?: PointerTarget) => open().claimEmail(email, pointer, dead, soon())
      const release = (pointer: PointerTarget) => open().releaseEmail(email, pointer, soon())
      expect(await claim(old)).toEqual(old)
      for (const [next, present, dead] of [
        [one, old, two], // the claim is none of the two
        [one, old, { userId: other }],
        [one, one, old],
        [old, one, two], // a pointer without a claim does not stand for every claim
        [two, one, { userId: other, claim: one.claim }],
        [one, one, two], // once more
        [two, two, one],
      ] as const)
        expect(await claim(next, dead)).toEqual(present)
      for (const another of [old, one, { userId: other, claim: two.claim }]) await release(another)
      expect(await claim(one)).toEqual(two)
      await release(two)
      expect(await claim(old)).toEqual(old)
      await release(one)
      expect(await open().getPointer(email, soon())).toBe(userId)
      await release(old)
      expect(await open().getPointer(email, soon())).toBeUndefined()
    })

    test('keeps the claims of a user on other addresses, and the epochs of credentials', async () => {
      const claiming = { email: newEmail(), claim: nanoid(21), hash: nanoid(43), epoch: 0, expiresAt: 2_000_000_000 }
      const user = await put({ claim: nanoid(21), claiming, since: { passwordHash: 0 } })
      expect(await open().get(user.id, soon())).toEqual(user)
      const { hash: _, claim: __, ...undo } = { ...claiming, email: newEmail(), epoch: 1 } // of before there were claims
      const email = newEmail()
      const change = { email, undo, since: { passwordHash: 0, totp: 1 }, removes: ['claiming', 'claim'] } as const
      expect(await open().advanceEpoch(user, nanoid(21), change, soon())).toBe(true)
      const changed = await open().get(user.id, soon())
      expect(changed).toMatchObject({ email, undo, since: change.since, epoch: 1 })
      expect(changed?.claiming ?? changed?.claim ?? changed?.undo?.claim).toBeUndefined()
      const removal = { removes: ['undo', 'passwordHash'] } as const
      expect(await open().update(user.id, changed?.changeId ?? '', nanoid(21), removal, soon())).toBe(true)
      const after = await open().get(user.id, soon())
      expect(after?.undo ?? after?.passwordHash).toBeUndefined()
    })

    test('applies the change once when the epoch advances', async () => {
      const user = await put()
      const changeId = nanoid(21)
      const last = { epoch: 1, changeId, reason: 'user_disabled', at: NOW } as const
      const lastChanges = [last, { ...last, reason: 'revoked_all', by: newUserId() } as const]
      const change = { status: 'disabled', passwordHash: 'new', scopes: ['a' as Scope], lastChanges } as const
      expect(await open().advanceEpoch(user, changeId, change, soon())).toBe(true)
      expect(await open().get(user.id, soon())).toEqual({ ...user, ...change, epoch: 1, changeId, sweepPending: true })
    })

    test('recognizes a repeated advance by its change id and rejects another one', async () => {
      const user = await put()
      const changeId = nanoid(21)
      await open().advanceEpoch(user, changeId, {}, soon())
      expect(await open().advanceEpoch(user, changeId, {}, soon())).toBe(true)
      expect(await open().advanceEpoch(user, nanoid(21), {}, soon())).toBe(false)
      expect(await open().get(user.id, soon())).toMatchObject({ epoch: 1, changeId })
    })

    test('rejects an advance after any other change of the user', async () => {
      const user = await put()
      await open().update(user.id, user.changeId, nanoid(21), { name: 'Ada' }, soon())
      expect(await open().advanceEpoch(user, nanoid(21), { status: 'disabled' }, soon())).toBe(false)
      expect(await open().get(user.id, soon())).toMatchObject({ epoch: 0, status: 'active' })
    })

    test('lets exactly one of 16 parallel advances succeed', async () => {
      const user = await put()
      const tries = Array.from({ length: 16 }, () => open().advanceEpoch(user, nanoid(21), {}, soon()))
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1)
      expect(await open().get(user.id, soon())).toMatchObject({ epoch: 1 })
    })

    test('creates nothing when an absent user is advanced', async () => {
      const id = newUserId()
      expect(await open().advanceEpoch({ id, epoch: 0, changeId: 'c' }, nanoid(21), {}, soon())).toBe(false)
      expect(await open().get(id, soon())).toBeUndefined()
    })

    test('applies an update without advancing the epoch', async () => {
      const user = await put({ epoch: 3 })
      const to = nanoid(21)
      const change = { name: 'Ada ♥', status: 'disabled', passwordHash: 'new', scopes: ['a' as Scope] } as const
      expect(await open().update(user.id, user.changeId, to, change, soon())).toBe(true)
      expect(await open().get(user.id, soon())).toEqual({ ...user, ...change, changeId: to })
    })

    test('recognizes a repeated update by its change id and rejects another one', async () => {
      const user = await put()
      const to = nanoid(21)
      expect(await open().update(user.id, user.changeId, to, { name: 'mine' }, soon())).toBe(true)
      expect(await open().update(user.id, user.changeId, to, { name: 'mine' }, soon())).toBe(true)
      expect(await open().update(user.id, user.changeId, nanoid(21), { name: 'rival' }, soon())).toBe(false)
      expect(await open().get(user.id, soon())).toMatchObject({ name: 'mine', changeId: to })
    })

    test('lets exactly one of 16 parallel updates succeed', async () => {
      const user = await put()
      const ids = Array.from({ length: 16 }, () => nanoid(21))
      const tries = ids.map((to) => open().update(user.id, user.changeId, to, { name: to }, soon()))
      const outcomes = await Promise.all(tries)
      const [won, ...others] = ids.filter((_, i) => outcomes[i])
      expect(others).toEqual([])
      expect(await open().get(user.id, soon())).toEqual({ ...user, name: won, changeId: won })
    })

    test('rejects an update after the epoch advanced', async () => {
      const user = await put()
      await open().advanceEpoch(user, nanoid(21), {}, soon())
      expect(await open().update(user.id, user.changeId, nanoid(21), { name: 'late' }, soon())).toBe(false)
      expect(await open().get(user.id, soon())).not.toHaveProperty('name')
    })

    test('creates nothing when an absent user is updated', async () => {
      const id = newUserId()
      expect(await open().update(id, 'some', nanoid(21), { name: 'nobody' }, soon())).toBe(false)
      expect(await open().replacePasswordHash(id, 'old', 'new', soon())).toBe(false)
      expect(await open().get(id, soon())).toBeUndefined()
    })

    test('replaces a password hash and nothing else', async () => {
      const user = await put({ passwordHash: 'old' })
      expect(await open().replacePasswordHash(user.id, 'old', 'new', soon())).toBe(true)
      expect(await open().replacePasswordHash(user.id, 'old', 'new', soon())).toBe(true)
      expect(await open().get(user.id, soon())).toEqual({ ...user, passwordHash: 'new' })
    })

    test('rejects replacing a password hash after the password changed', async () => {
      const user = await put({ passwordHash: 'old' })
      await open().advanceEpoch(user, nanoid(21), { passwordHash: 'of another password' }, soon())
      expect(await open().replacePasswordHash(user.id, 'old', 'new', soon())).toBe(false)
      expect(await open().get(user.id, soon())).toMatchObject({ passwordHash: 'of another password' })
    })

    test('rejects replacing the password hash of a user without a password', async () => {
      const { passwordHash: _, ...user } = sampleUser()
      await open().create(user, soon())
      expect(await open().replacePasswordHash(user.id, 'old', 'new', soon())).toBe(false)
      expect(await open().get(user.id, soon())).toEqual(user)
    })

    test('releases the email of the named user only', async () => {
      const email = newEmail()
      const [first, second] = [newUserId(), newUserId()]
      await open().claimEmail(email, { userId: first }, undefined, soon())
      await open().releaseEmail(email, { userId: second }, soon())
      expect(await open().getPointer(email, soon())).toBe(first)
      await open().releaseEmail(email, { userId: first }, soon())
      await open().releaseEmail(email, { userId: first }, soon())
      expect(await open().getPointer(email, soon())).toBeUndefined()
      expect(await open().claimEmail(email, { userId: second }, undefined, soon())).toEqual({ userId: second })
    })

    test('lists each user once in pages of any size', async () => {
      await register(20)
      const all = byId((await listAll(100)).users)
      for (const limit of [1, 7, 99]) expect(byId((await listAll(limit)).users)).toEqual(all)
    })

    test('lists each user once over several pages, and no user without a pointer', async () => {
      const users = await register(draws(110, 250))
      const withoutPointer = await put({ email: newEmail() })
      const moved = await put({ email: newEmail() })
      const claims = [moved, { id: moved.id, email: newEmail() }, { id: newUserId(), email: newEmail() }]
      for (const { id, email } of claims) await open().claimEmail(email, { userId: id }, undefined, soon())

      const { users: listed, sizes } = await listAll(100)
      const ours = listed.filter(({ id }) => [...users, withoutPointer, moved].some((user) => user.id === id))
      expect(byId(ours)).toEqual(byId([...users, moved]))
      expect(sizes.slice(0, -1).every((size) => size === 100)).toBe(true)
    })

    test('continues a list after an email that was released meanwhile', async () => {
      await register(8)
      const first = await open().list({ limit: 3 }, soon())
      const [a, b, c] = first.users as [User, User, User]
      expect(first.next).toBe(c.email)
      await open().releaseEmail(c.email, { userId: c.id }, soon())
      const second = await open().list({ limit: 3, after: first.next }, soon())
      expect(second.users).toHaveLength(3)
      expect((await open().list({ limit: 5 }, soon())).users).toEqual([a, b, ...second.users])
    })

    test('clears the mark of a sweep only for the current epoch', async () => {
      const user = await put({ epoch: 2, sweepPending: true })
      await open().clearSweep(user.id, 1, soon())
      expect(await open().get(user.id, soon())).toMatchObject({ sweepPending: true })
      await open().clearSweep(user.id, 2, soon())
      expect(await open().get(user.id, soon())).toMatchObject({ sweepPending: false })
      await open().clearSweep(newUserId(), 0, soon())
    })

    test('rejects deleting a user who was changed meanwhile', async () => {
      const user = await put()
      await open().update(user.id, user.changeId, 'changed', { status: 'active' }, soon())
      expect(await open().delete(user.id, user.changeId, soon())).toBe(false)
      expect(await open().get(user.id, soon())).toMatchObject({ changeId: 'changed' })
      expect(await open().delete(user.id, 'changed', soon())).toBe(true)
    })

    test('deletes a user repeatedly without an error', async () => {
      const user = await put()
      expect(await open().delete(user.id, user.changeId, soon())).toBe(true)
      expect(await open().delete(user.id, user.changeId, soon())).toBe(true)
      expect(await open().get(user.id, soon())).toBeUndefined()
    })
  })
}
