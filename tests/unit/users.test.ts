import { describe, expect, test } from 'vitest'
import { ConflictError, EmailTakenError, NotFoundError, UnavailableError } from '../../lib/errors.ts'
import type { Email, UserId } from '../../lib/user.ts'
import { createParts, down, failing, soon } from '../support/parts.ts'
import { NOW, newUserId, sampleUser } from '../support/samples.ts'

const EMAIL = 'someone@example.com' as Email

describe('registering a user', () => {
  test('stores an active user of epoch 0 without scopes and with an unverified email', async () => {
    const { users, stores } = createParts()
    const user = await users.register({ email: EMAIL }, soon())
    expect(user).toEqual({
      id: user.id,
      email: EMAIL,
      claim: expect.stringMatching(/^[\w-]{21}$/),
      emailVerified: false,
      scopes: [],
      status: 'active',
      epoch: 0,
      changeId: user.changeId,
      sweepPending: false,
      createdAt: NOW,
    })
    expect([user.id.length, user.changeId.length]).toEqual([21, 21])
    expect(user.changeId).not.toBe(user.id)
    expect(await stores.users.get(user.id, soon())).toEqual(user)
    expect(await users.findByEmail(EMAIL, soon())).toEqual(user)
  })

  test.each([1, 2])('tries a new id after %i failed tries', async (failures) => {
    const { users, stores } = createParts()
    const tried: UserId[] = []
    const create = failing(failures, stores.users.create)
    stores.users.create = (user, deadline) => {
      tried.push(user.id)
      return create(user, deadline)
    }
    const { id } = await users.register({ email: EMAIL }, soon())
    expect(new Set(tried).size).toBe(failures + 1)
    expect(tried.at(-1)).toBe(id)
  })

  test('fails after three failed tries, and at once for an error other than UnavailableError', async () => {
    const { users, stores, calls } = createParts()
    stores.users.create = down
    await expect(users.register({ email: EMAIL }, soon())).rejects.toThrow(UnavailableError)
    expect(calls).toEqual(['users.create', 'users.create', 'users.create'])
    stores.users.create = () => Promise.reject(new TypeError('a bug'))
    await expect(users.register({ email: EMAIL }, soon())).rejects.toThrow(TypeError)
    expect(calls).toHaveLength(4)
  })

  test('throws EmailTakenError and leaves no item when the email is taken', async () => {
    for (const status of ['active', 'disabled'] as const) {
      const { users, stores, calls } = createParts()
      const first = await users.register({ email: EMAIL, status }, soon())
      calls.length = 0
      await expect(users.register({ email: EMAIL }, soon())).rejects.toThrow(EmailTakenError)
      expect(calls).toEqual(['users.create', 'users.claimEmail', 'users.get', 'users.delete'])
      expect(await stores.users.getPointer(EMAIL, soon())).toBe(first.id)
    }
  })

  test('claims an email that an interrupted deletion left', async () => {
    const { users, stores } = createParts()
    await stores.users.claimEmail(EMAIL, { userId: newUserId() }, undefined, soon())
    const user = await users.register({ email: EMAIL }, soon())
    expect(await users.findByEmail(EMAIL, soon())).toEqual(user)
  })

  test('tries up to three times when the email was freed in between', async () => {
    const { users, stores, calls } = createParts()
    const { claimEmail } = stores.users
    let left = 2
    stores.users.claimEmail = async (...args) => (left-- > 0 ? undefined : claimEmail(...args))
    await expect(users.register({ email: EMAIL }, soon())).resolves.toMatchObject({ email: EMAIL })
    calls.length = 0
    stores.users.claimEmail = async () => undefined
    await expect(users.register({ email: 'b@example.com' as Email }, soon())).rejects.toThrow(ConflictError)
    const claims = Array.from({ length: 3 }, () => 'users.claimEmail')
    expect(calls).toEqual(['users.create', ...claims, 'users.delete'])
  })

  test('fails and deletes its item when the email’s holder cannot be read', async () => {
    const { users, stores, calls } = createParts()
    await users.register({ email: EMAIL }, soon())
    const { get } = stores.users
    stores.users.get = () => Promise.reject(new UnavailableError('the holder'))
    calls.length = 0
    await expect(users.register({ email: EMAIL }, soon())).rejects.toThrow('the holder')
    expect(calls).toEqual(['users.create', 'users.claimEmail', 'users.get', 'users.delete'])
    stores.users.delete = down
    await expect(users.register({ email: EMAIL }, soon())).rejects.toThrow('the holder')
    stores.users.get = get
  })
})

describe('finding users', () => {
  test('finds a user by the email in the user item, not by a pointer alone', async () => {
    const { users, stores, calls } = createParts()
    const other = sampleUser({ emailVerified: true })
    await stores.users.create(other, soon())
    await stores.users.claimEmail(EMAIL, { userId: other.id }, undefined, soon())
    expect(await users.findByEmail(EMAIL, soon())).toBeUndefined()
    calls.length = 0
    expect(await users.findByEmail('nobody@example.com' as Email, soon())).toBeUndefined()
    expect(calls).toEqual(['users.getPointer', 'users.get']) // as many reads as for a known email
  })

  test('throws NotFoundError for a required user who is absent', async () => {
    const { users } = createParts()
    const missing = users.require(newUserId(), soon())
    await expect(missing).rejects.toThrow(NotFoundError)
    await expect(missing).rejects.toThrow('No user has this id.')
  })

  test('returns no user for a session of an older epoch or of a disabled user', async () => {
    const { users, user, session, administration, revocations } = createParts()
    const owner = await user()
    const { session: first } = await session(owner)
    expect((await users.ofSession(first, soon()))?.id).toBe(owner.id)
    await revocations.revokeAllSessions(owner.id, {}, soon())
    expect(await users.ofSession(first, soon())).toBeUndefined()
    await administration.change(owner.id, { status: 'disabled' }, soon())
    expect(await users.ofSession({ ...first, userEpoch: 2 }, soon())).toBeUndefined()
  })

  test('lists users page by page', async () => {
    const { users, user } = createParts()
    await Promise.all(['a', 'b', 'c'].map((name) => user({ email: `${name}@example.com` as Email })))
    const { users: first, next } = await users.list({ limit: 2 }, soon())
    expect([first.map(({ email }) => email), next]).toEqual([['a@example.com', 'b@example.com'], 'b@example.com'])
    expect((await users.list({ limit: 2, after: next }, soon())).users.map(({ email }) => email)).toEqual([
      'c@example.com',
    ])
  })

  test('replaces a password hash only if it is unchanged', async () => {
    const { users, user, stored } = createParts()
    const owner = await user({ passwordHash: 'first' })
    await users.replacePasswordHash(owner.id, 'other', 'second', soon())
    expect((await stored(owner)).passwordHash).toBe('first')
    await users.replacePasswordHash(owner.id, 'first', 'second', soon())
    expect((await stored(owner)).passwordHash).toBe('second')
  })

  test('adds a password hash only to a user without one who is unchanged since the read', async () => {
    const { users, user, stored, stores } = createParts()
    const owner = await user({ passwordHash: undefined })
    expect(await users.addPasswordHash(owner, 'first', soon())).toBe(true)
    const present = await stored(owner)
    expect(present).toEqual({
      ...owner,
      passwordHash: 'first',
      since: { passwordHash: 0 },
      changeId: expect.not.stringContaining(owner.changeId),
    })
    expect(await users.addPasswordHash(owner, 'second', soon())).toBe(false) // as it was before
    expect(await users.addPasswordHash(present, 'second', soon())).toBe(false)
    const other = await user({ passwordHash: undefined })
    await stores.users.update(other.id, other.changeId, 'another change', { name: 'Ann' }, soon())
    expect(await users.addPasswordHash(other, 'first', soon())).toBe(false)
    expect([(await stored(owner)).passwordHash, (await stored(other)).passwordHash]).toEqual(['first', undefined])
  })
})
