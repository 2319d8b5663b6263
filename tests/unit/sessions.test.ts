import { describe, expect, test } from 'vitest'
import { isRenewalDue } from '../../lib/session.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { createParts, down, soon } from '../support/parts.ts'
import { NOW, SESSION_KINDS, sampleRow } from '../support/samples.ts'

describe('checking a session', () => {
  test('returns a live session without the hash of its secret', async () => {
    const { sessions, session, user } = createParts()
    const { session: created, token } = await session(await user())
    const found = await sessions.check(token.reveal())
    expect(found).toEqual(created)
    expect(found).not.toHaveProperty('secretHash')
  })

  test('refuses an expired session and logs its user', async () => {
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

  test('refuses a wrong secret and does not log a use of the expired session', async () => {
    const { sessions, session, user, time, entries } = createParts()
    for (const kind of SESSION_KINDS) {
      const { session: created, token } = await session(await user(), kind)
      const wrong = `${token.reveal().slice(0, -4)}AAAA`
      expect(await sessions.check(wrong)).toBeUndefined()
      time.now = created.expiresAt
      expect(await sessions.check(wrong)).toBeUndefined()
    }
    expect(entries).toEqual([])
  })

  test('refuses a malformed token without a read', async () => {
    const { sessions, calls } = createParts()
    expect(await sessions.check('cct_')).toBeUndefined()
    expect(calls).toEqual([])
  })

  test('by id refuses an expired session', async () => {
    const { sessions, session, user, time } = createParts()
    for (const kind of SESSION_KINDS) {
      const { session: created } = await session(await user(), kind)
      expect(await sessions.find(created.userId, created.id)).toEqual(created)
      time.now = created.expiresAt
      expect(await sessions.find(created.userId, created.id)).toBeUndefined()
    }
  })
})

describe('a session created before notBefore', () => {
  const limited = async (notBefore: number, maxStalenessSeconds = 0) => {
    const { stores, user, session, entries } = createParts()
    const { token, session: created } = await session(await user())
    const sessions = createSessions({
      store: stores.sessions,
      clock: () => NOW,
      notBefore,
      log: (e) => entries.push(e),
    })
    const owner = { id: created.userId, epoch: created.userEpoch }
    const options = { maxStalenessSeconds }
    return {
      found: [
        await sessions.check(token.reveal(), options),
        await sessions.find(created.userId, created.id, options),
        ...(await sessions.list(owner)),
      ],
      created,
      entries,
    }
  }

  test('is refused by token and by id, also from the staleness cache, and is not listed', async () => {
    for (const staleness of [0, 60]) {
      const { found, created, entries } = await limited(NOW + 1, staleness)
      expect(found).toEqual([undefined, undefined])
      expect(entries).toEqual([
        { level: 'warn', event: 'session_use_after_expire', actor: created.userId, sessionId: created.id },
      ])
    }
  })

  test('is accepted from that second on', async () => {
    const { found, created } = await limited(NOW)
    expect(found).toEqual([created, created, created])
  })
})

describe('renewing a session', () => {
  test('writes from renewSeconds after the last renewal on', () => {
    const policy = { idleSeconds: 100, lifetimeSeconds: 1000, renewSeconds: 10 }
    const session = sampleRow({ lastSeenAt: NOW })
    expect([9, 10].map((seconds) => isRenewalDue(session, NOW + seconds, policy))).toEqual([false, true])
  })

  test('extends the idle timeout up to the absolute timeout and logs it', async () => {
    const { sessions, session, user, time, entries } = createParts({ idleSeconds: 1000, lifetimeSeconds: 2500 })
    const { session: created } = await session(await user())
    time.now = NOW + 900
    const renewed = await sessions.renew(created, soon())
    expect(renewed).toEqual({ ...created, lastSeenAt: NOW + 900, expiresAt: NOW + 1900 })
    expect(entries).toEqual([{ level: 'info', event: 'session_renewed', actor: created.userId, sessionId: created.id }])
    time.now = NOW + 1800
    expect((await sessions.renew({ ...created, ...renewed }, soon()))?.expiresAt).toBe(NOW + 2500)
  })

  test('returns the session unchanged if another request renewed it, and undefined if it was revoked', async () => {
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

  test('returns the session and logs renewal_missed if the store fails, and throws any other error', async () => {
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

describe('a cached session', () => {
  const options = { maxStalenessSeconds: 60 }

  test('is forgotten when this process revokes it, even if the outcome of the delete is unknown', async () => {
    const { sessions, session, user, stores } = createParts()
    const { session: created, token } = await session(await user())
    expect(await sessions.check(token.reveal(), options)).toBeDefined()
    const { delete: remove } = stores.sessions
    stores.sessions.delete = async (...args) => ((await remove(...args)) === 'deleted' ? 'unknown' : 'absent')
    await sessions.revoke(created.userId, created.id, soon())
    expect(await sessions.check(token.reveal(), options)).toBeUndefined()
  })

  test('is forgotten with all others when this process revokes all sessions of the user', async () => {
    const { sessions, session, user, revocations } = createParts()
    const owner = await user()
    const tokens = [await session(owner), await session(owner), await session(owner)].map(({ token }) => token.reveal())
    for (const token of tokens) expect(await sessions.check(token, options)).toBeDefined()
    await revocations.revokeAllSessions(owner.id, {}, soon())
    for (const token of tokens) expect(await sessions.check(token, options)).toBeUndefined()
  })
})

describe('listing sessions', () => {
  test('returns live sessions of this epoch, the newest first, within a second by id', async () => {
    const { sessions, user, stores } = createParts()
    const { id: userId } = await user()
    const rows = [
      { id: 'b', createdAt: NOW - 5 },
      { id: 'c', createdAt: NOW - 9 },
      { id: 'a', createdAt: NOW - 5 },
      { id: 'd', createdAt: NOW - 1 },
      { id: 'expired', createdAt: NOW - 1, expiresAt: NOW },
      { id: 'over', createdAt: NOW - 1, endsAt: NOW },
      { id: 'revoked', createdAt: NOW - 1, userEpoch: 1 },
    ].map((row) => sampleRow({ userId, userEpoch: 2, ...row } as object))
    for (const order of [rows, rows.toReversed()]) {
      stores.sessions.list = async () => structuredClone(order)
      const listed = await sessions.list({ id: userId, epoch: 2 })
      expect(listed.map(({ id }) => id)).toEqual(['d', 'a', 'b', 'c'])
      expect(listed[0]).not.toHaveProperty('secretHash')
    }
  })
})

describe('the session cap', () => {
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
    const revoked = await sessions.enforceCap(owner, soon(), leaving as never)
    return { revoked, deleted }
  }

  test('revokes the oldest sessions beyond it, within a second by id', async () => {
    const rows = [row('b', NOW), row('a', NOW), row('z', NOW - 1), row('c', NOW)]
    for (const order of [rows, rows.toReversed()]) expect((await capped(2, order)).revoked).toEqual(['z', 'a'])
  })

  test('revokes nothing at 0 or when all sessions fit', async () => {
    for (const cap of [0, 2])
      expect(await capped(cap, [row('a', NOW), row('b', NOW)])).toEqual({ revoked: [], deleted: [] })
  })

  test('does not count sessions that are leaving, expired or of an older epoch', async () => {
    const rows = [row('a', NOW - 3), row('b', NOW - 2), row('over', NOW - 1, { expiresAt: NOW }), row('c', NOW)]
    expect((await capped(2, rows, ['a'])).revoked).toEqual([])
    expect((await capped(2, rows)).revoked).toEqual(['a'])
  })

  test('deletes 25 rows that expired two days ago and does not report them', async () => {
    const old = Array.from({ length: 30 }, (_, i) => row(`old${i}`, NOW - 1e6, { expiresAt: NOW - 172_801 }))
    const { revoked, deleted } = await capped(5, [...old, row('recent', NOW - 1e6, { expiresAt: NOW - 172_800 })])
    expect(revoked).toEqual([])
    expect(deleted).toEqual(old.slice(0, 25).map(({ id }) => id))
    const young = [172_800, 60, -60].map((ago) => row(`expires${ago}`, NOW - 1e6, { expiresAt: NOW - ago }))
    expect((await capped(5, young)).deleted).toEqual([])
  })
})

describe('the session policy', () => {
  test.each([
    [{ idleSeconds: 0 }, 'must be whole numbers from 1'],
    [{ lifetimeSeconds: 0.5 }, 'must be whole numbers from 1'],
    [{ renewSeconds: Number.NaN }, 'must be whole numbers from 1'],
    [{ notBefore: -1 }, 'notBefore (-1) must be a time in whole seconds'],
    [{ notBefore: 1.5 }, 'notBefore (1.5) must be a time in whole seconds'],
    [{ renewSeconds: 60, idleSeconds: 60 }, 'renewSeconds (60) must be below idleSeconds (60)'],
  ])('%j is refused', (policy, message) => {
    expect(() => createSessions({ store: createParts().stores.sessions, ...policy })).toThrow(message)
  })

  test('accepts an idle timeout of two seconds, the shortest', () => {
    const store = createParts().stores.sessions
    expect(createSessions({ store, idleSeconds: 2, renewSeconds: 1, lifetimeSeconds: 1 }).policy.idleSeconds).toBe(2)
  })
})
