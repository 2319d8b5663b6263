import { describe, expect, test } from 'vitest'
import { isRenewalDue } from '../../lib/session.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { createParts, down, soon } from '../support/parts.ts'
import { NOW, sampleRow } from '../support/samples.ts'

describe('a check', () => {
  test('of a live session says all of it but the hash of its secret', async () => {
    const { sessions, session, user } = createParts()
    const { session: created, token } = await session(await user())
    const found = await sessions.check(token.reveal())
    expect(found).toEqual(created)
    expect(found).not.toHaveProperty('secretHash')
  })

  test('of one past its end refuses it, and says whose it was', async () => {
    const { sessions, session, user, time, entries } = createParts()
    const { session: created, token } = await session(await user())
    time.now = created.expiresAt - 1
    expect(await sessions.check(token.reveal())).toBeDefined()
    expect(entries).toEqual([])
    time.now = created.expiresAt
    expect(await sessions.check(token.reveal())).toBeUndefined()
    expect(entries).toEqual([
      { level: 'warn', event: 'session_use_after_expire', actor: created.userId, sessionId: created.id },
    ])
  })

  test('of a wrong secret is no use of anybody’s session', async () => {
    const { sessions, session, user, time, entries } = createParts()
    const { session: created, token } = await session(await user())
    time.now = created.expiresAt
    expect(await sessions.check(`${token.reveal().slice(0, -4)}AAAA`)).toBeUndefined()
    expect(entries).toEqual([])
  })

  test('of what is not a token asks nobody', async () => {
    const { sessions, calls } = createParts()
    expect(await sessions.check('cct_')).toBeUndefined()
    expect(calls).toEqual([])
  })

  test('by the handle ends where the session does', async () => {
    const { sessions, session, user, time } = createParts()
    const { session: created } = await session(await user())
    expect(await sessions.find(created.userId, created.id)).toEqual(created)
    time.now = created.expiresAt
    expect(await sessions.find(created.userId, created.id)).toBeUndefined()
  })
})

describe('renewal', () => {
  test('is due from the very second on', () => {
    const policy = { idleSeconds: 100, lifetimeSeconds: 1000, renewSeconds: 10 }
    const session = sampleRow({ lastSeenAt: NOW })
    expect([9, 10].map((seconds) => isRenewalDue(session, NOW + seconds, policy))).toEqual([false, true])
  })

  test('moves the idle end and says so, never past the absolute one', async () => {
    const { sessions, session, user, time, entries } = createParts({ idleSeconds: 1000, lifetimeSeconds: 2500 })
    const { session: created } = await session(await user())
    time.now = NOW + 900
    const renewed = await sessions.renew(created, soon())
    expect(renewed).toEqual({ ...created, lastSeenAt: NOW + 900, expiresAt: NOW + 1900 })
    expect(entries).toEqual([{ level: 'info', event: 'session_renewed', actor: created.userId, sessionId: created.id }])
    time.now = NOW + 1800
    expect((await sessions.renew({ ...created, ...renewed }, soon()))?.expiresAt).toBe(NOW + 2500)
  })

  test('that another request was first with leaves the session as it is; of an ended one there is none', async () => {
    const { sessions, session, user, time, entries } = createParts()
    const { session: created } = await session(await user())
    time.now = NOW + 900
    await sessions.renew(created, soon())
    entries.length = 0
    expect(await sessions.renew(created, soon())).toEqual(created)
    await sessions.revoke(created.userId, created.id, soon())
    expect(await sessions.renew(created, soon())).toBeUndefined()
    expect(entries).toEqual([])
  })

  test('that fails costs the session nothing and is said; what is no failure of the store is not swallowed', async () => {
    const { sessions, session, user, stores, time, entries } = createParts()
    const { session: created } = await session(await user())
    time.now = NOW + 900
    stores.sessions.renew = down
    expect(await sessions.renew(created, soon())).toEqual(created)
    expect(entries).toEqual([
      expect.objectContaining({ level: 'warn', event: 'renewal_missed', actor: created.userId, sessionId: created.id }),
    ])
    expect(entries[0]?.error).toBeInstanceOf(Error)
    stores.sessions.renew = () => Promise.reject(new TypeError('a bug'))
    await expect(sessions.renew(created, soon())).rejects.toThrow(TypeError)
  })
})

describe('the list', () => {
  test('has live sessions of this epoch, the newest first, those of one second by their ids', async () => {
    const { sessions, user, stores } = createParts()
    const { id: userId } = await user()
    const rows = [
      { id: 'b', createdAt: NOW - 5 },
      { id: 'c', createdAt: NOW - 9 },
      { id: 'a', createdAt: NOW - 5 },
      { id: 'd', createdAt: NOW - 1 },
      { id: 'expired', createdAt: NOW - 1, expiresAt: NOW },
      { id: 'over', createdAt: NOW - 1, endsAt: NOW },
      { id: 'doomed', createdAt: NOW - 1, userEpoch: 1 },
    ].map((row) => sampleRow({ userId, userEpoch: 2, ...row } as object))
    for (const order of [rows, rows.toReversed()]) {
      stores.sessions.list = async () => structuredClone(order)
      const listed = await sessions.list({ id: userId, epoch: 2 })
      expect(listed.map(({ id }) => id)).toEqual(['d', 'a', 'b', 'c'])
      expect(listed[0]).not.toHaveProperty('secretHash')
    }
  })
})

describe('the cap', () => {
  const row = (id: string, createdAt: number, more: object = {}) => ({ id, createdAt, ...more })

  async function capped(cap: number, rows: object[], leaving: string[] = []) {
    const { sessions, user, stores } = createParts({ cap })
    const owner = await user()
    const made = rows.map((each) => sampleRow({ userId: owner.id, ...each }))
    const deleted: string[] = []
    stores.sessions.list = async () => made
    stores.sessions.delete = async (_, id) => {
      deleted.push(id)
      return 'deleted'
    }
    const ended = await sessions.enforceCap(owner, soon(), leaving as never)
    return { ended, deleted }
  }

  test('ends the oldest beyond it, of one second those whose ids come first', async () => {
    const rows = [row('b', NOW), row('a', NOW), row('z', NOW - 1), row('c', NOW)]
    for (const order of [rows, rows.toReversed()]) expect((await capped(2, order)).ended).toEqual(['z', 'a'])
  })

  test('is no cap at 0, and ends none that fit', async () => {
    for (const cap of [0, 2])
      expect(await capped(cap, [row('a', NOW), row('b', NOW)])).toEqual({ ended: [], deleted: [] })
  })

  test('counts no session that is about to leave, has ended, or is of an epoch gone by', async () => {
    const rows = [row('a', NOW - 3), row('b', NOW - 2), row('over', NOW - 1, { expiresAt: NOW }), row('c', NOW)]
    expect((await capped(2, rows, ['a'])).ended).toEqual([])
    expect((await capped(2, rows)).ended).toEqual(['a'])
  })

  test('clears away 25 of the rows that expired two days ago, and counts them nowhere', async () => {
    const old = Array.from({ length: 30 }, (_, i) => row(`old${i}`, NOW - 1e6, { expiresAt: NOW - 172_801 }))
    const { ended, deleted } = await capped(5, [...old, row('recent', NOW - 1e6, { expiresAt: NOW - 172_800 })])
    expect(ended).toEqual([])
    expect(deleted).toEqual(old.slice(0, 25).map(({ id }) => id))
    const young = [172_800, 60, -60].map((ago) => row(`expires${ago}`, NOW - 1e6, { expiresAt: NOW - ago }))
    expect((await capped(5, young)).deleted).toEqual([])
  })
})

describe('a policy', () => {
  test.each([
    [{ idleSeconds: 0 }, 'must be whole numbers from 1'],
    [{ lifetimeSeconds: 0.5 }, 'must be whole numbers from 1'],
    [{ renewSeconds: Number.NaN }, 'must be whole numbers from 1'],
    [{ renewSeconds: 60, idleSeconds: 60 }, 'renewSeconds (60) must be below idleSeconds (60)'],
  ])('such as %j is refused when it is made', (policy, message) => {
    expect(() => createSessions({ store: createParts().stores.sessions, ...policy })).toThrow(message)
  })

  test('of one second idle would need one of none to renew; of two it holds', () => {
    const store = createParts().stores.sessions
    expect(createSessions({ store, idleSeconds: 2, renewSeconds: 1, lifetimeSeconds: 1 }).policy.idleSeconds).toBe(2)
  })
})
