import { describe, expect, test } from 'vitest'
import { ConflictError, NotFoundError, UnauthenticatedError, UnavailableError } from '../../lib/errors.ts'
import type { User } from '../../lib/user.ts'
import { accompanied, createParts, down, FROM, RIGHT, scopes, soon } from '../support/parts.ts'
import { NOW, newUserId } from '../support/samples.ts'

/** A refusal of a session that was presented, as the challenge says. */
const refused = (promise: Promise<unknown>) =>
  expect(promise).rejects.toSatisfy((error) => error instanceof UnauthenticatedError && error.presented)

describe('ending all of a user', () => {
  test('ends each, says which were live, and leaves nothing pending', async () => {
    const { revocations, user, session, time, isAlive, stored } = createParts({ idleSeconds: 1000 })
    const owner = await user()
    const expired = await session(owner)
    time.now = expired.session.expiresAt
    const held = [await session(owner), await session(owner)]
    const said: [User, User][] = []
    const {
      before,
      user: now,
      revoked,
    } = await revocations.revokeAllSessions(owner.id, { name: 'Someone' }, soon(), {
      afterChange: (a, b) => said.push([a, b]),
    })
    expect(before).toEqual(owner)
    expect(now).toEqual({ ...owner, name: 'Someone', epoch: 1, changeId: now.changeId, sweepPending: false })
    expect(said).toEqual([[owner, { ...now, sweepPending: true }]])
    expect(await stored(owner)).toEqual(now)
    expect([...revoked].sort()).toEqual(held.map(({ session: { id } }) => id).sort())
    for (const each of held) expect(await isAlive(each)).toBe(false)
  })

  test('of nobody is not found; of somebody whom others keep changing is given up after three', async () => {
    const { revocations, user, stores, calls } = createParts()
    await expect(revocations.revokeAllSessions(newUserId(), {}, soon())).rejects.toThrow(NotFoundError)
    const owner = await user()
    calls.length = 0
    stores.users.advanceEpoch = async () => false
    await expect(revocations.revokeAllSessions(owner.id, {}, soon())).rejects.toThrow(ConflictError)
    expect(calls).toEqual(Array.from({ length: 3 }, () => ['users.get', 'users.advanceEpoch']).flat())
  })

  test('that its check refuses has ended nothing', async () => {
    const { revocations, user, session, isAlive } = createParts()
    const owner = await user()
    const held = await session(owner)
    const beforeChange = () => {
      throw new ConflictError()
    }
    await expect(revocations.revokeAllSessions(owner.id, {}, soon(), { beforeChange })).rejects.toThrow(ConflictError)
    expect(await isAlive(held)).toBe(true)
  })
})

describe('ending all of one’s own', () => {
  test('ends this one with them', async () => {
    const { revocations, user, session, isAlive } = createParts()
    const owner = await user()
    const held = [await session(owner), await session(owner)] as const
    const ended = await revocations.revokeOwnSessions(held[0].session, soon())
    expect([...ended].sort()).toEqual(held.map(({ session: { id } }) => id).sort())
    for (const each of held) expect(await isAlive(each)).toBe(false)
  })

  test('is refused to a session that has been doomed, and moves no epoch then', async () => {
    const { revocations, user, session, stores, stored } = createParts()
    const owner = await user()
    const { session: doomed } = await session(owner)
    await stores.users.advanceEpoch(owner, 'of the dead', {}, soon())
    await refused(revocations.revokeOwnSessions(doomed, soon()))
    expect((await stored(owner)).epoch).toBe(1)
  })
})

describe('ending all others', () => {
  test('puts a session in this one’s place that is no fresher than it', async () => {
    const { revocations, user, session, time, isAlive, calls } = createParts()
    const owner = await user()
    const given = { scopes: scopes('account', 'a'), label: 'laptop', narrowed: true, authenticatedAt: NOW - 99 }
    const [mine, other] = [await session(owner, given), await session(owner)]
    time.now = NOW + 10
    calls.length = 0
    const from = { ip: '192.0.2.9', userAgent: 'other' }
    const created = await revocations.revokeOtherSessions(mine.session, from, soon())
    const { endsAt } = mine.session
    expect(created.session).toMatchObject({ ...given, ...from, endsAt, createdAt: NOW + 10, userEpoch: 1 })
    expect(created.session.id).not.toBe(mine.session.id)
    expect(created.revoked).toEqual([other.session.id])
    expect(created.user.epoch).toBe(1)
    expect([await isAlive(mine), await isAlive(other), await isAlive(created)]).toEqual([false, false, true])
    expect(calls.filter((call) => call === 'users.get')).toHaveLength(2) // one before, and one behind the new session
  })

  test('is refused to a session that was ended meanwhile, and ends nothing', async () => {
    const { revocations, user, session, sessions, isAlive } = createParts()
    const owner = await user()
    const [mine, other] = [await session(owner), await session(owner)]
    await sessions.revoke(owner.id, mine.session.id, soon())
    await refused(revocations.revokeOtherSessions(mine.session, FROM, soon()))
    expect(await isAlive(other)).toBe(true)
  })

  test('whose new session is ended in its turn is refused', async () => {
    const { revocations, user, session, stores } = createParts()
    const owner = await user()
    const mine = await session(owner)
    stores.sessions.create = accompanied(
      1,
      () => revocations.revokeAllSessions(owner.id, {}, soon()),
      stores.sessions.create,
    )
    await refused(revocations.revokeOtherSessions(mine.session, FROM, soon()))
    expect(await stores.sessions.list(owner.id, soon())).toEqual([])
  })

  test('whose new session falls to the cap at once fails', async () => {
    const { revocations, user, session, stores, time } = createParts({ cap: 1 })
    const owner = await user()
    const mine = await session(owner)
    const { list } = stores.sessions
    // Another begins a second later, by a faster clock, before the cap is looked at.
    stores.sessions.list = accompanied(
      1,
      async () => {
        time.now++
        await session({ ...owner, epoch: 1 })
      },
      list,
    )
    const replaced = revocations.revokeOtherSessions(mine.session, FROM, soon())
    await expect(replaced).rejects.toThrow(UnavailableError)
  })
})

describe('a new password', () => {
  const change = (verified: string | undefined, afterChange?: () => void) => ({
    verified,
    passwordHash: 'another hash',
    afterChange,
  })

  test('ends all, and the session in this one’s place is as after a login', async () => {
    const { revocations, user, session, time, isAlive, stored } = createParts()
    const owner = await user({ scopes: scopes('a') })
    const mine = await session(owner, { authenticatedAt: NOW - 99, endsAt: NOW + 99, scopes: scopes('account') })
    time.now = NOW + 10
    const said: string[] = []
    const created = await revocations.changePassword(
      mine.session,
      change(owner.passwordHash, () => said.push('changed')),
      { ip: '192.0.2.9', userAgent: 'other' },
      soon(),
    )
    expect(created.session).toMatchObject({
      scopes: ['account', 'a'],
      authenticatedAt: NOW + 10,
      ip: '192.0.2.9',
      userAgent: 'other',
    })
    expect(created.session.endsAt).toBeGreaterThan(NOW + 99)
    expect(said).toEqual(['changed'])
    expect([await isAlive(mine), await isAlive(created)]).toEqual([false, true])
    expect((await stored(owner)).passwordHash).toBe('another hash')
  })

  test('is said once it is stored, before the sessions end, which may fail', async () => {
    const { revocations, user, session, stores, stored } = createParts()
    const owner = await user()
    const mine = await session(owner)
    stores.sessions.deleteBelowEpoch = down
    const said: string[] = []
    const changed = () => said.push('changed')
    const replaced = revocations.changePassword(mine.session, change(owner.passwordHash, changed), FROM, soon())
    await expect(replaced).rejects.toThrow(UnavailableError)
    expect(said).toEqual(['changed'])
    expect(await stored(owner)).toMatchObject({ passwordHash: 'another hash', sweepPending: true })
  })

  test('over one that is not the verified one changes nothing', async () => {
    const { revocations, user, session, isAlive, stored } = createParts()
    const owner = await user()
    const mine = await session(owner)
    const replaced = revocations.changePassword(mine.session, change(`right:not ${RIGHT.reveal()}`), FROM, soon())
    await expect(replaced).rejects.toThrow(ConflictError)
    expect(await isAlive(mine)).toBe(true)
    expect(await stored(owner)).toEqual(owner)
  })
})

describe('an end-all that was interrupted', () => {
  test('is finished by whoever reads the user, and said', async () => {
    const { revocations, user, session, stores, stored, isAlive, entries } = createParts()
    const owner = await user()
    const held = await session(owner)
    await stores.users.advanceEpoch(owner, 'of the dead', {}, soon())
    const pending = await stored(owner)
    expect(pending.sweepPending).toBe(true)
    expect(await revocations.finishPendingSweep(pending)).toEqual({ ...pending, sweepPending: false })
    expect(await stored(owner)).toEqual({ ...pending, sweepPending: false })
    expect(await isAlive(held)).toBe(false)
    expect(entries).toEqual([{ level: 'warn', event: 'sweep_finished', target: owner.id, sessions: 1 }])
  })

  test('costs nothing where there is none', async () => {
    const { revocations, user, calls, entries } = createParts()
    const owner = await user()
    calls.length = 0
    expect(await revocations.finishPendingSweep(owner)).toEqual(owner)
    expect([calls, entries]).toEqual([[], []])
  })
})
