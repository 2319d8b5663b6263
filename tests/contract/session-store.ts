import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import type { SessionStore } from '../../lib/ports.ts'
import type { Scope } from '../../lib/scope.ts'
import type { SessionRow } from '../../lib/session.ts'
import { NOW, newSessionId, newUserId, SESSION_KINDS, sampleRow } from '../support/samples.ts'

/** The contract of `SessionStore` (`lib/ports.ts`). */
export function sessionStoreContract(name: string, open: () => SessionStore): void {
  describe(`session store: ${name}`, () => {
    const soon = () => startDeadline(60)
    const renewed = (at: number) => ({ lastSeenAt: at, expiresAt: at + 604_800 })
    const put = async (changes: Partial<SessionRow> = {}) => {
      const row = sampleRow(changes)
      await open().create(row, soon())
      return row
    }

    test('returns exactly what was created', async () => {
      const row = await put({ label: 'my phone ☎️', scopes: ['account', 'notes:write'] as Scope[], userEpoch: 3 })
      expect(await open().get(row.userId, row.id, soon())).toEqual(row)
      expect(await open().get(row.userId, row.id, soon(), 'eventual')).toEqual(row)
    })

    test('returns undefined for an unknown session and for the same id under another user', async () => {
      const row = await put()
      expect(await open().get(newUserId(), newSessionId(), soon())).toBeUndefined()
      expect(await open().get(newUserId(), row.id, soon())).toBeUndefined()
    })

    test('rejects creating a session whose id exists', async () => {
      const row = await put()
      const other = { ...row, secretHash: new Uint8Array(32).fill(9) }
      await expect(open().create(other, soon())).rejects.toThrow()
      expect(await open().get(row.userId, row.id, soon())).toEqual(row)
    })

    test('changes only lastSeenAt and expiresAt on renewal', async () => {
      const row = await put()
      expect(await open().renew(row, renewed(NOW + 1000), soon())).toBe('renewed')
      expect(await open().get(row.userId, row.id, soon())).toEqual({ ...row, ...renewed(NOW + 1000) })
    })

    test('rejects the renewal of a deleted session and creates no row', async () => {
      for (const kind of SESSION_KINDS) {
        const row = await put(kind)
        await open().delete(row.userId, row.id, soon())
        expect(await open().renew(row, renewed(NOW + 1000), soon())).toBe('gone')
        expect(await open().get(row.userId, row.id, soon())).toBeUndefined()
      }
    })

    test.each([
      ['its idle end', { expiresAt: NOW + 1000 }],
      ['its absolute end', { endsAt: NOW + 1000 }],
    ])('renew at the second of %s refuses, though the row is there', async (_, changes) => {
      for (const kind of SESSION_KINDS) {
        const row = await put({ ...changes, ...kind })
        expect(await open().renew(row, renewed(NOW + 1000), soon())).toBe('gone')
        expect(await open().get(row.userId, row.id, soon())).toEqual(row)
      }
    })

    test('keeps the later of two renewals', async () => {
      const row = await put()
      await open().renew(row, renewed(NOW + 1001), soon())
      for (const at of [NOW + 1000, NOW + 1001]) expect(await open().renew(row, renewed(at), soon())).toBe('superseded')
      expect(await open().get(row.userId, row.id, soon())).toMatchObject(renewed(NOW + 1001))
    })

    test('reports whether a row was deleted, and deletes repeatedly without an error', async () => {
      const row = await put()
      expect(await open().delete(row.userId, row.id, soon())).toBe('deleted')
      expect(await open().delete(row.userId, row.id, soon())).toBe('absent')
      expect(await open().get(row.userId, row.id, soon())).toBeUndefined()
    })

    test('reports one of several concurrent deletes of a row as deleted, and the others as absent', async () => {
      for (let trial = 0; trial < 20; trial++) {
        const row = await put()
        const outcomes = await Promise.all([1, 2, 3].map(() => open().delete(row.userId, row.id, soon())))
        expect(outcomes.toSorted()).toEqual(['absent', 'absent', 'deleted'])
      }
    })

    test('deletes nothing for the session id of another user', async () => {
      const row = await put()
      expect(await open().delete(newUserId(), row.id, soon())).toBe('absent')
      expect(await open().get(row.userId, row.id, soon())).toEqual(row)
    })

    test('lists new and expired sessions of the user, and none of another user', async () => {
      const userId = newUserId()
      await put()
      const rows = [await put({ userId }), await put({ userId, expiresAt: NOW - 1 })]
      const listed = await open().list(userId, soon())
      expect(listed).toHaveLength(2)
      expect(listed).toEqual(expect.arrayContaining(rows))
    })

    test('deletes the sessions below an epoch and returns the live ones among them', async () => {
      const userId = newUserId()
      const old = await put({ userId, userEpoch: 0 })
      const older = await put({ userId, userEpoch: 1 })
      await put({ userId, userEpoch: 1, expiresAt: NOW - 1 })
      const spared = await put({ userId, userEpoch: 2 })
      const stranger = await put({ userEpoch: 0 })
      const revoked = await open().deleteBelowEpoch(userId, 2, NOW, soon())
      expect(revoked.sort()).toEqual([old.id, older.id].sort())
      expect(await open().list(userId, soon())).toEqual([spared])
      expect(await open().get(stranger.userId, stranger.id, soon())).toEqual(stranger)
    })

    test('returns no session when the sessions below an epoch are deleted again', async () => {
      const { userId } = await put()
      await open().deleteBelowEpoch(userId, 1, NOW, soon())
      expect(await open().deleteBelowEpoch(userId, 1, NOW, soon())).toEqual([])
    })

    test('lists and deletes several hundred rows over several pages', async () => {
      const userId = newUserId()
      const label = '☂'.repeat(64)
      const userAgent = '☂'.repeat(1500)
      const scopes = Array.from({ length: 16 }, (_, i) => `scope:${'x'.repeat(50)}${i}`) as Scope[]
      const rows = Array.from({ length: 250 }, () => sampleRow({ userId, label, userAgent, scopes }))
      for (let start = 0; start < rows.length; start += 50)
        await Promise.all(rows.slice(start, start + 50).map((row) => open().create(row, soon())))
      expect(await open().list(userId, soon())).toHaveLength(250)
      expect(await open().deleteBelowEpoch(userId, 1, NOW, soon())).toHaveLength(250)
      expect(await open().list(userId, soon())).toEqual([])
    })
  })
}
