import { describe, expect, test } from 'vitest'
import type { SessionRow } from '../../lib/session.ts'
import type { CreatedSession } from '../../lib/sessions/create-session.ts'
import { createParts, FROM, soon } from '../support/parts.ts'
import { NOW } from '../support/samples.ts'

// A session that was replaced: revoking it revokes its successors.

/** One user, and a function that replaces a session. */
async function scene() {
  const parts = createParts()
  const { user, session, sessions, users, stores } = parts
  const owner = await user()
  const replace = async ({ session: old }: CreatedSession, changes: object = {}): Promise<CreatedSession> => {
    const prepared = await sessions.prepareReplacement(old, soon())
    const created = await prepared?.({ user: owner, scopes: [], ...FROM, ...changes }, users)
    return created ?? expect.fail('the session was not replaced')
  }
  const row = async ({ session: { userId, id } }: CreatedSession): Promise<SessionRow> =>
    (await stores.sessions.get(userId, id, soon())) ?? expect.fail('no row')
  const logout = ({ token }: CreatedSession) => sessions.revokePresented(token.reveal(), soon())
  const revoke = ({ session: { id } }: CreatedSession, acting?: CreatedSession) =>
    sessions.revoke(owner.id, id, soon(), acting?.session.id)
  return { ...parts, owner, replace, row, logout, revoke, first: await session(owner) }
}

test('a session names the sessions that it replaced, the latest first, and no check returns them', async () => {
  const { first, replace, row, sessions, time } = await scene()
  const before = await row(first)
  expect(before).not.toHaveProperty('replaced')
  const second = await replace(first)
  time.now += 7
  const { secretHash } = before
  expect((await row(second)).replaced).toEqual([{ id: first.session.id, secretHash, replacedAt: time.now - 7 }])
  const third = await replace(second)
  const ids = (await row(third)).replaced?.map(({ id, replacedAt }) => [id, time.now - replacedAt])
  expect(ids).toEqual([
    [second.session.id, 0],
    [first.session.id, 7],
  ])
  expect((await row(third)).replaced?.[1]?.secretHash).toEqual(before.secretHash)
  expect(await sessions.check(third.token.reveal())).not.toHaveProperty('replaced')
})

test('a session names at most four sessions, and none that was replaced 12 minutes ago', async () => {
  const { first, replace, row, time } = await scene()
  const all = [first]
  for (let i = 0; i < 5; i++) all.unshift(await replace(all[0] ?? first))
  const [latest, ...others] = all
  const names = async (of: CreatedSession) => (await row(of)).replaced?.map(({ id }) => id)
  expect(await names(latest ?? first)).toEqual(others.slice(0, 4).map(({ session }) => session.id))
  time.now += 720
  expect(await names(await replace(latest ?? first))).toEqual([latest?.session.id])
})

const OLD = { authenticatedAt: NOW - 7 * 86_400 }

describe.each([{}, { label: 'laptop' }, { narrowed: true }, OLD])('a logout of a replaced session, %o', (changes) => {
  test('revokes its successor, and the successor of that', async () => {
    const { first, replace, logout, isAlive } = await scene()
    const second = await replace(first, changes)
    const third = await replace(second, changes)
    expect((await logout(first)).map(({ id }) => id)).toEqual([third.session.id])
    expect(await isAlive(third)).toBe(false)
  })
})

test('a logout revokes a successor that appears while it deletes another one', async () => {
  const { first, replace, logout, stores, isAlive } = await scene()
  const second = await replace(first)
  const { list } = stores.sessions
  let third: CreatedSession | undefined
  stores.sessions.list = async (...args) => {
    const rows = await list(...args)
    third ??= await replace(second)
    return rows
  }
  await logout(first)
  expect(third && (await isAlive(third))).toBe(false)
})

test('a logout with another secret of a replaced session revokes nothing', async () => {
  const { first, replace, sessions, isAlive } = await scene()
  const second = await replace(first)
  const forged = first.token.reveal().replace(/.{43}$/, 'x'.repeat(43))
  expect(await sessions.revokePresented(forged, soon())).toEqual([])
  expect(await isAlive(second)).toBe(true)
})

test('a logout with another secret of a session, or with a malformed token, revokes nothing', async () => {
  const { first, sessions, isAlive, entries } = await scene()
  const forged = first.token.reveal().replace(/.{43}$/, 'x'.repeat(43))
  for (const token of [forged, 'cct_x', '']) expect(await sessions.revokePresented(token, soon())).toEqual([])
  expect([await isAlive(first), entries]).toEqual([true, []])
})

test('a logout returns the session that it revokes, without a Query and without a log entry', async () => {
  const { first, logout, calls, isAlive, entries } = await scene()
  calls.length = 0
  const { id, userId } = first.session
  expect(await logout(first)).toEqual([{ id, userId }])
  expect(calls).toEqual(['sessions.get', 'sessions.delete'])
  expect([await isAlive(first), entries]).toEqual([false, []])
})

test('a logout with an expired token deletes the row, and only logs the use', async () => {
  const { first, logout, time, stores, owner, entries } = await scene()
  time.now = first.session.endsAt
  expect(await logout(first)).toEqual([])
  expect(await stores.sessions.list(owner.id, soon())).toEqual([])
  const { id: sessionId, userId: actor } = first.session
  expect(entries).toMatchObject([{ event: 'session_use_after_expire', actor, sessionId }])
})

test('a logout whose delete has an unknown outcome revokes the successor too', async () => {
  const { first, replace, logout, stores, isAlive } = await scene()
  const { get, delete: remove } = stores.sessions
  let second: CreatedSession | undefined
  stores.sessions.get = async (...args) => {
    const row = await get(...args)
    stores.sessions.get = get
    second = await replace(first) // between the read and the delete of the logout
    stores.sessions.delete = async (...args) => ((await remove(...args)) === 'deleted' ? 'deleted' : 'unknown')
    return row
  }
  await logout(first)
  expect(second && (await isAlive(second))).toBe(false)
})

test('a logout with a token that expires meanwhile returns the successor that it revokes', async () => {
  const { first, replace, logout, stores, time } = await scene()
  const { get } = stores.sessions
  time.now = first.session.expiresAt - 1
  let second: CreatedSession | undefined
  stores.sessions.get = async (...args) => {
    const row = await get(...args)
    stores.sessions.get = get
    second = await replace(first) // deletes the row
    time.now += 1
    return row
  }
  expect(await logout(first)).toMatchObject([{ id: second?.session.id }])
})

test('a revoke by id revokes the successor and says so; the successor itself does not revoke itself', async () => {
  const { first, replace, revoke, isAlive } = await scene()
  const second = await replace(first)
  expect(await revoke(first, second)).toBe('absent')
  expect(await isAlive(second)).toBe(true)
  expect(await revoke(first)).toBe('deleted')
  expect([await isAlive(second), await revoke(first)]).toEqual([false, 'absent'])
})

test('twelve minutes after its replacement, a token revokes nothing', async () => {
  const { first, replace, logout, time, isAlive } = await scene()
  const second = await replace(first)
  time.now += 719
  const third = await replace(second)
  time.now += 1
  expect([await logout(first), await isAlive(third)]).toEqual([[], true])
  time.now += 718
  expect([await logout(second), await isAlive(third)]).toEqual([
    [{ id: third.session.id, userId: third.session.userId }],
    false,
  ])
})

test('a revocation by a clock ten minutes ahead of the one that replaced the session follows it', async () => {
  const { first, replace, logout, time, isAlive } = await scene()
  const second = await replace(first)
  time.now += 600
  expect([await logout(first), await isAlive(second)]).toEqual([
    [{ id: second.session.id, userId: second.session.userId }],
    false,
  ])
})

test('a session that was revoked is not replaced', async () => {
  const { first, logout, sessions } = await scene()
  await logout(first)
  expect(await sessions.prepareReplacement(first.session, soon())).toBeUndefined()
})
