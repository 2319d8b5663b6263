import { describe, expect, test } from 'vitest'
import { SESSION_IDS } from '../../lib/audit.ts'
import {
  ConflictError,
  NotFoundError,
  RevocationPendingError,
  SignInAgainError,
  UnauthenticatedError,
} from '../../lib/errors.ts'
import type { User } from '../../lib/user.ts'
import { accompanied, createParts, down, FROM, failing, RIGHT, scopes, soon } from '../support/parts.ts'
import { NOW, newUserId } from '../support/samples.ts'

/** Expects UnauthenticatedError for a presented session. */
const expectUnauthenticated = (promise: Promise<unknown>) =>
  expect(promise).rejects.toSatisfy((error) => error instanceof UnauthenticatedError && error.presented)

describe('revoking all sessions of a user', () => {
  test('deletes every row, returns the live ones and leaves no sweep pending', async () => {
    const { revocations, user, session, time, isAlive, stored } = createParts({ idleSeconds: 1000 })
    const owner = await user()
    const expired = await session(owner)
    time.now = expired.session.expiresAt
    const held = [await session(owner), await session(owner)]
    const calledBack: [User, User][] = []
    const {
      before,
      user: now,
      revoked,
    } = await revocations.revokeAllSessions(owner.id, { name: 'Someone' }, soon(), {
      afterChange: (a, b) => calledBack.push([a, b]),
    })
    expect(before).toEqual(owner)
    const { changeId } = now
    const lastChanges = [{ epoch: 1, changeId, reason: 'revoked_all', at: time.now }]
    expect(now).toEqual({ ...owner, name: 'Someone', epoch: 1, changeId, lastChanges, sweepPending: false })
    expect(calledBack).toEqual([[owner, { ...now, sweepPending: true }]])
    expect(await stored(owner)).toEqual(now)
    expect([...revoked].sort()).toEqual(held.map(({ session: { id } }) => id).sort())
    for (const each of held) expect(await isAlive(each)).toBe(false)
  })

  test('throws NotFoundError for an unknown user and ConflictError after three concurrent changes', async () => {
    const { revocations, user, stores, calls } = createParts()
    await expect(revocations.revokeAllSessions(newUserId(), {}, soon())).rejects.toThrow(NotFoundError)
    const owner = await user()
    calls.length = 0
    stores.users.advanceEpoch = async () => false
    await expect(revocations.revokeAllSessions(owner.id, {}, soon())).rejects.toThrow(ConflictError)
    expect(calls).toEqual(Array.from({ length: 3 }, () => ['users.get', 'users.advanceEpoch']).flat())
  })

  test('revokes nothing when beforeChange throws', async () => {
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

describe('revoking all of one’s own sessions', () => {
  test('revokes this session too', async () => {
    const { revocations, user, session, isAlive } = createParts()
    const owner = await user()
    const held = [await session(owner), await session(owner)] as const
    const revoked = await revocations.revokeOwnSessions(held[0].session, soon())
    expect([...revoked].sort()).toEqual(held.map(({ session: { id } }) => id).sort())
    for (const each of held) expect(await isAlive(each)).toBe(false)
  })

  test('is refused without a change for a session that a revoke-all has invalidated', async () => {
    const { revocations, user, session, stores, stored } = createParts()
    const owner = await user()
    const { session: invalidated } = await session(owner)
    await stores.users.advanceEpoch(owner, 'of the dead', {}, soon())
    await expectUnauthenticated(revocations.revokeOwnSessions(invalidated, soon()))
    expect((await stored(owner)).epoch).toBe(1)
  })
})

describe('revoking all other sessions', () => {
  test('replaces this session by one with the same authentication time and absolute timeout', async () => {
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
    expect(calls.filter((call) => call === 'users.get')).toHaveLength(2) // before the change, and after the new session’s write
  })

  test('is refused for a session that was revoked meanwhile, and revokes nothing', async () => {
    const { revocations, user, session, sessions, isAlive } = createParts()
    const owner = await user()
    const [mine, other] = [await session(owner), await session(owner)]
    await sessions.revoke(owner.id, mine.session.id, soon())
    await expectUnauthenticated(revocations.revokeOtherSessions(mine.session, FROM, soon()))
    expect(await isAlive(other)).toBe(true)
  })

  test('is refused when the new session is revoked by another revoke-all', async () => {
    const { revocations, user, session, stores } = createParts()
    const owner = await user()
    const mine = await session(owner)
    stores.sessions.create = accompanied(
      1,
      () => revocations.revokeAllSessions(owner.id, {}, soon()),
      stores.sessions.create,
    )
    await expect(revocations.revokeOtherSessions(mine.session, FROM, soon())).rejects.toThrow(SignInAgainError)
    expect(await stores.sessions.list(owner.id, soon())).toEqual([])
  })

  test('requires another sign-in when the new session is itself over the cap', async () => {
    const { revocations, user, session, stores, time } = createParts({ cap: 1 })
    const owner = await user()
    const mine = await session(owner)
    const { list } = stores.sessions
    // Another session begins, by a clock that is a second ahead, before the cap is enforced.
    stores.sessions.list = accompanied(
      1,
      async () => {
        time.now++
        await session({ ...owner, epoch: 1 })
      },
      list,
    )
    const replaced = revocations.revokeOtherSessions(mine.session, FROM, soon())
    await expect(replaced).rejects.toThrow(SignInAgainError)
  })

  test('leaves no session if the cap cannot be enforced', async () => {
    const { revocations, user, session, stores } = createParts({ cap: 1 })
    const owner = await user()
    const mine = await session(owner)
    stores.sessions.list = failing(1, stores.sessions.list)
    const replaced = revocations.revokeOtherSessions(mine.session, FROM, soon())
    await expect(replaced).rejects.toMatchObject({ code: 'sign_in_again', cause: { message: 'down' } })
    expect(await stores.sessions.list(owner.id, soon())).toEqual([])
  })

  test('passes on what is no failure of the datastore', async () => {
    const { revocations, user, session, stores } = createParts()
    const mine = await session(await user())
    stores.sessions.create = failing(1, stores.sessions.create, new TypeError('a fault'))
    await expect(revocations.revokeOtherSessions(mine.session, FROM, soon())).rejects.toThrow(TypeError)
  })
})

describe('changing the password', () => {
  const change = (verified: string | undefined, afterChange?: () => void) => ({
    verified,
    passwordHash: 'another hash',
    afterChange,
  })

  test('revokes all sessions and replaces this one as after a login', async () => {
    const { revocations, user, session, time, isAlive, stored } = createParts()
    const owner = await user({ scopes: scopes('a') })
    const mine = await session(owner, { authenticatedAt: NOW - 99, endsAt: NOW + 99, scopes: scopes('account') })
    time.now = NOW + 10
    const calledBack: string[] = []
    const created = await revocations.changePassword(
      mine.session,
      change(owner.passwordHash, () => calledBack.push('changed')),
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
    expect(calledBack).toEqual(['changed'])
    expect([await isAlive(mine), await isAlive(created)]).toEqual([false, true])
    expect((await stored(owner)).passwordHash).toBe('another hash')
  })

  test('calls afterChange once the password is stored, even if the sweep then fails', async () => {
    const { revocations, user, session, stores, stored } = createParts()
    const owner = await user()
    const mine = await session(owner)
    stores.sessions.deleteBelowEpoch = down
    const calledBack: string[] = []
    const changed = () => calledBack.push('changed')
    const replaced = revocations.changePassword(mine.session, change(owner.passwordHash, changed), FROM, soon())
    await expect(replaced).rejects.toThrow(RevocationPendingError)
    expect(calledBack).toEqual(['changed'])
    expect(await stored(owner)).toMatchObject({ passwordHash: 'another hash', sweepPending: true })
  })

  test('changes nothing when the stored password is not the verified one', async () => {
    const { revocations, user, session, isAlive, stored } = createParts()
    const owner = await user()
    const mine = await session(owner)
    const replaced = revocations.changePassword(mine.session, change(`right:not ${RIGHT.reveal()}`), FROM, soon())
    await expect(replaced).rejects.toThrow(ConflictError)
    expect(await isAlive(mine)).toBe(true)
    expect(await stored(owner)).toEqual(owner)
  })
})

describe('an interrupted revoke-all', () => {
  test('is completed by finishPendingSweep and logged', async () => {
    const { revocations, user, session, stores, stored, isAlive, entries } = createParts()
    const owner = await user()
    const held = await session(owner)
    const by = newUserId()
    const last = { epoch: 1, changeId: 'of the dead', reason: 'password_change', at: NOW, by } as const
    await stores.users.advanceEpoch(owner, last.changeId, { lastChanges: [last] }, soon())
    const pending = await stored(owner)
    expect(pending.sweepPending).toBe(true)
    expect(await revocations.finishPendingSweep(pending)).toEqual({ ...pending, sweepPending: false })
    expect(await stored(owner)).toEqual({ ...pending, sweepPending: false })
    expect(await isAlive(held)).toBe(false)
    expect(entries).toEqual([
      {
        ...{ level: 'warn', event: 'sweep_finished', target: owner.id, sessions: 1 },
        ...{ reason: 'password_change', by, [SESSION_IDS]: [held.session.id] },
      },
    ])
  })

  test('names the command line if the user keeps no other name for the revoke-all', async () => {
    const { revocations, user, stores, stored, entries } = createParts()
    const owner = await user()
    const lastChanges = [{ epoch: 1, changeId: 'c', reason: 'revoked_all', at: NOW } as const]
    await stores.users.advanceEpoch(owner, 'c', { lastChanges }, soon())
    await revocations.finishPendingSweep(await stored(owner))
    expect(entries).toMatchObject([{ sessions: 0, reason: 'revoked_all', by: 'command_line' }])
  })

  test('costs finishPendingSweep no call when no sweep is pending', async () => {
    const { revocations, user, calls, entries } = createParts()
    const owner = await user()
    calls.length = 0
    expect(await revocations.finishPendingSweep(owner)).toEqual(owner)
    expect([calls, entries]).toEqual([[], []])
  })
})
