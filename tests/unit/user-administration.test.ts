import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { ConflictError, NotFoundError } from '../../lib/errors.ts'
import type { User } from '../../lib/user.ts'
import { accompanied, createParts, scopes, soon } from '../support/parts.ts'
import { newUserId } from '../support/samples.ts'

describe('changing a user', () => {
  test.each([
    ['a name', { name: 'Someone' }],
    ['a scope more', { scopes: scopes('a', 'b') }],
    ['the same scopes', { scopes: scopes('a') }],
    ['the status there is', { status: 'active' as const }],
  ])('revokes no session and returns the stored user for a change of %s', async (_, change) => {
    const { administration, user, session, isAlive, stored } = createParts()
    const owner = await user({ scopes: scopes('a') })
    const held = await session(owner)
    const seen: [User, User][] = []
    const afterChange = (before: User, after: User) => seen.push([before, after])
    const { before, user: now, revoked } = await administration.change(owner.id, change, soon(), { afterChange })
    expect([before, revoked]).toEqual([owner, []])
    expect(now).toEqual({ ...owner, ...change, changeId: now.changeId })
    expect(now.changeId).not.toBe(owner.changeId)
    expect(now.changeId).toHaveLength(21)
    expect(await stored(owner)).toEqual(now)
    expect(seen).toEqual([[owner, now]])
    expect(await isAlive(held)).toBe(true)
  })

  test.each([
    ['disabling', { status: 'disabled' as const }],
    ['disabling with the scopes there are', { status: 'disabled' as const, scopes: scopes('a', 'b') }],
    ['a scope less', { scopes: scopes('b', 'c') }],
  ])('revokes all sessions and increments the epoch for %s', async (_, change) => {
    const { administration, user, session, isAlive, stored } = createParts()
    const owner = await user({ scopes: scopes('a', 'b') })
    const held = await session(owner)
    const { user: now, revoked } = await administration.change(owner.id, change, soon())
    expect(revoked).toEqual([held.session.id])
    expect(now).toMatchObject({ ...change, epoch: 1, sweepPending: false })
    expect(await stored(owner)).toEqual(now)
    expect(await isAlive(held)).toBe(false)
  })

  test('does not increment the epoch when a disabled user is disabled again', async () => {
    const { administration, user } = createParts()
    const owner = await user({ status: 'disabled' })
    const { user: now } = await administration.change(owner.id, { status: 'disabled' }, soon())
    expect(now.epoch).toBe(0)
  })

  test('writes nothing when beforeChange throws', async () => {
    const { administration, user, stored } = createParts()
    const owner = await user()
    const beforeChange = () => {
      throw new ConflictError()
    }
    await expect(administration.change(owner.id, { name: 'Someone' }, soon(), { beforeChange })).rejects.toThrow(
      ConflictError,
    )
    expect(await stored(owner)).toEqual(owner)
  })

  test('throws NotFoundError for an unknown user', async () => {
    await expect(createParts().administration.change(newUserId(), {}, soon())).rejects.toThrow(NotFoundError)
  })

  test.each([
    ['a new name', { name: 'Someone' }, 'update'],
    ['a disabled user', { status: 'disabled' as const }, 'advanceEpoch'],
  ] as const)('tries up to three times when other requests change the user: %s', async (_, change, method) => {
    const { administration, user, stores, calls } = createParts()
    const owner = await user()
    const { [method]: write, get, update } = stores.users
    const others = async () => {
      const { changeId = '' } = (await get(owner.id, soon())) ?? {}
      await update(owner.id, changeId, nanoid(), {}, soon())
    }
    Object.assign(stores.users, { [method]: accompanied(2, others, write as typeof update) })
    await expect(administration.change(owner.id, change, soon())).resolves.toMatchObject({ user: change })
    const second = await user()
    calls.length = 0
    stores.users[method] = async () => false
    await expect(administration.change(second.id, { ...change }, soon())).rejects.toThrow(ConflictError)
    expect(calls.filter((call) => call === `users.${method}`)).toHaveLength(3)
  })

  test('completes the sweep of an interrupted revoke-all and logs it', async () => {
    const { administration, user, session, isAlive, stores, log, entries } = createParts()
    const owner = await user()
    const held = await session(owner)
    await stores.users.advanceEpoch(owner, 'of the dead', {}, soon())
    const { user: now } = await administration.change(owner.id, { name: 'Someone' }, soon(), { log })
    expect(now).toMatchObject({ name: 'Someone', sweepPending: false })
    expect(await isAlive(held)).toBe(false)
    expect(entries).toMatchObject([{ level: 'warn', event: 'sweep_finished', target: owner.id, sessions: 1 }])
  })
})

test('setting a password revokes all sessions', async () => {
  const { administration, user, session, isAlive, stored } = createParts()
  const owner = await user()
  const held = await session(owner)
  await administration.setPassword(owner.id, 'another hash', soon())
  expect(await stored(owner)).toMatchObject({ passwordHash: 'another hash', epoch: 1 })
  expect(await isAlive(held)).toBe(false)
})

describe('deleting a user', () => {
  test('disables the user, revokes all sessions, frees the email and deletes the item', async () => {
    const { administration, user, session, isAlive, stores, calls } = createParts()
    const owner = await user()
    const held = await session(owner)
    calls.length = 0
    const { user: gone, revoked } = await administration.delete(owner.id, soon())
    expect(gone).toMatchObject({ id: owner.id, status: 'disabled', epoch: 1 })
    expect(revoked).toEqual([held.session.id])
    expect(await isAlive(held)).toBe(false)
    expect(await stores.users.get(owner.id, soon())).toBeUndefined()
    expect(await stores.users.getPointer(owner.email, soon())).toBeUndefined()
    const writes = calls.filter((call) => /advance|release|users.delete/.test(call))
    expect(writes).toEqual(['users.advanceEpoch', 'users.releaseEmail', 'users.delete'])
  })

  test('revokes again if the user was enabled in between, and returns all revoked sessions', async () => {
    const { administration, user, session, stores, stored } = createParts()
    const owner = await user()
    const first = await session(owner)
    const meanwhile: string[] = []
    stores.users.delete = accompanied(
      1,
      async () => {
        await administration.change(owner.id, { status: 'active' }, soon())
        meanwhile.push((await session(await stored(owner))).session.id)
      },
      stores.users.delete,
    )
    const { revoked } = await administration.delete(owner.id, soon())
    expect(revoked).toEqual([first.session.id, ...meanwhile])
    expect(meanwhile).toHaveLength(1)
  })

  test('throws ConflictError after three concurrent changes and NotFoundError for an unknown user', async () => {
    const { administration, user, stores, calls } = createParts()
    const owner = await user()
    stores.users.delete = async () => false
    await expect(administration.delete(owner.id, soon())).rejects.toThrow(ConflictError)
    expect(calls.filter((call) => call === 'users.delete')).toHaveLength(3)
    await expect(administration.delete(newUserId(), soon())).rejects.toThrow(NotFoundError)
  })
})
