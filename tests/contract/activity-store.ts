import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import type { ActivityEntry, ActivityStore } from '../../lib/activity/activity-store.ts'
import { startDeadline } from '../../lib/deadline.ts'
import type { SessionId } from '../../lib/session.ts'
import type { UserId } from '../../lib/user.ts'

/** The contract of `ActivityStore` (`lib/activity/activity-store.ts`). */
export function activityStoreContract(name: string, open: () => ActivityStore): void {
  describe(`activity store: ${name}`, () => {
    const soon = () => startDeadline(60)
    const newUser = () => nanoid() as UserId
    const now = Date.now()
    const HOUR = 3_600_000
    const entry = (subject: ActivityEntry['subject'], hoursAgo: number, more: Partial<ActivityEntry> = {}) => {
      const at = now - hoursAgo * HOUR
      const id = `${new Date(at).toISOString()}#${nanoid(8)}`
      return { subject, id, at, facts: [{ event: 'authn_login_success' as const }], ...more }
    }
    const record = (...entries: ActivityEntry[]) => open().record(entries, soon())

    test('lists what was recorded, the newest first, with the failed sign-ins to the account', async () => {
      const userId = newUser()
      const tag = nanoid(22)
      const full = entry(`user#${userId}`, 3, {
        by: 'command_line',
        ip: '192.0.2.1',
        userAgent: 'tests',
        facts: [
          { event: 'session_expired', reason: 'revoked', sessionIds: ['s'.repeat(21) as SessionId], sessions: 2 },
          { event: 'authz_change', from: '', to: 'notes:read', action: 'change_user', status: 'active' },
        ],
      })
      const failed = entry(`account#${tag}`, 2, { facts: [{ event: 'authn_login_fail', reason: 'wrong_password' }] })
      const latest = entry(`user#${userId}`, 1)
      await record(full, failed, latest, entry(`user#${newUser()}`, 1), entry(`account#${nanoid(22)}`, 1))
      expect(await open().listOfUser(userId, { limit: 10, accountTag: tag }, soon())).toEqual({
        entries: [latest, failed, full],
      })
      expect(await open().listOfUser(userId, { limit: 10 }, soon())).toEqual({ entries: [latest, full] })
      expect(await open().listOfUser(newUser(), { limit: 10 }, soon())).toEqual({ entries: [] })
    })

    test('records an entry that is written twice once', async () => {
      const userId = newUser()
      const once = entry(`user#${userId}`, 1)
      await record(once)
      await record(once)
      expect((await open().listOfUser(userId, { limit: 10 }, soon())).entries).toEqual([once])
    })

    test('pages through both partitions without gaps or repetitions, also with filters', async () => {
      const userId = newUser()
      const accountTag = nanoid(22)
      const failure = [{ event: 'authn_login_fail' as const }]
      const recorded = Array.from({ length: 11 }, (_, hour) =>
        hour % 3 === 0 ? entry(`account#${accountTag}`, hour, { facts: failure }) : entry(`user#${userId}`, hour),
      )
      await record(...recorded)
      const all = async (filter: object, limit: number) => {
        const found: ActivityEntry[] = []
        let cursor: string | undefined
        do {
          const page = await open().listOfUser(userId, { limit, accountTag, cursor, ...filter }, soon())
          expect(page.entries.length).toBeLessThanOrEqual(limit)
          found.push(...page.entries)
          cursor = page.cursor
        } while (cursor !== undefined)
        return found
      }
      for (const limit of [3, 11]) expect(await all({}, limit)).toEqual(recorded)
      const failures = recorded.filter(({ subject }) => subject.startsWith('account#'))
      for (const limit of [3]) expect(await all({ event: 'authn_login_fail' }, limit)).toEqual(failures)
      const since = Math.floor((now - 4.5 * HOUR) / 1000)
      expect(await all({ since }, 2)).toEqual(recorded.slice(0, 5))
    })

    test('lists the recent activity of all users across days', async () => {
      const by = newUser() // tells these entries from those of other tests
      const recorded = [0, 1, 2, 3, 20, 30, 31, 60, 80].map((hour) => entry(`user#${newUser()}`, hour, { by }))
      await record(...recorded)
      const since = Math.floor((now - 70 * HOUR) / 1000)
      for (const limit of [4]) {
        const found: ActivityEntry[] = []
        let cursor: string | undefined
        do {
          const page = await open().listRecent({ limit, since, cursor }, soon())
          found.push(...page.entries.filter((each) => each.by === by))
          cursor = page.cursor
        } while (cursor !== undefined)
        expect(found).toEqual(recorded.slice(0, 8))
      }
    })

    test('lists nothing of a time that is later than the entries asked for', async () => {
      const userId = newUser()
      const latest = entry(`user#${userId}`, 1)
      await record(latest)
      const page = { limit: 3, since: Math.floor((now + 24 * HOUR) / 1000) }
      expect(await open().listRecent(page, soon())).toEqual({ entries: [] })
      expect(await open().listOfUser(userId, page, soon())).toEqual({ entries: [] })
      const before = { ...page, cursor: latest.id }
      expect(await open().listOfUser(userId, before, soon())).toEqual({ entries: [] })
      expect(await open().listRecent(before, soon())).toEqual({ entries: [] })
    })

    test('tells how a session ended, and nothing of sessions that did not', async () => {
      const userId = newUser()
      const sessionId = nanoid() as SessionId
      const by = newUser()
      const ended = [
        { event: 'session_expired' as const, reason: 'revoked', sessionIds: [nanoid(), sessionId] as SessionId[] },
      ]
      const end = entry(`user#${userId}`, 1, { by, facts: ended })
      await record(end, entry(`user#${userId}`, 2, { facts: [{ event: 'session_created', sessionIds: [sessionId] }] }))
      const at = Math.floor(end.at / 1000)
      expect(await open().endOf(userId, sessionId, at, soon())).toEqual({ reason: 'revoked', by, at })
      expect(await open().endOf(userId, sessionId, at + 1, soon())).toBeUndefined()
      expect(await open().endOf(userId, nanoid() as SessionId, at - 9000, soon())).toBeUndefined()
      expect(await open().endOf(newUser(), sessionId, at, soon())).toBeUndefined()
    })
  })
}
