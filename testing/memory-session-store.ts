import { UnavailableError } from '../lib/errors.ts'
import type { SessionStore } from '../lib/ports.ts'
import { isLive, type SessionId, type SessionRow } from '../lib/session.ts'
import type { UserId } from '../lib/user.ts'

/**
 * Creates a session store in memory, with the same contract as the DynamoDB store. It ignores deadlines.
 * @example
 * ```ts
 * import { createSessions } from 'coatcheck'
 * import { memorySessionStore } from 'coatcheck/testing'
 *
 * const sessions = createSessions({ store: memorySessionStore(), idleSeconds: 3600 })
 * ```
 */
export function memorySessionStore(): SessionStore {
  const rows = new Map<string, SessionRow>()
  const key = (userId: UserId, sessionId: SessionId) => `${userId}.${sessionId}`
  const ofUser = (userId: UserId) => [...rows.values()].filter((row) => row.userId === userId)

  return {
    async create(row) {
      const at = key(row.userId, row.id)
      if (rows.has(at)) throw new UnavailableError('A session with this id already exists')
      rows.set(at, structuredClone(row))
    },

    async get(userId, sessionId) {
      return structuredClone(rows.get(key(userId, sessionId)))
    },

    async renew({ userId, id }, to) {
      const row = rows.get(key(userId, id))
      if (!row || !isLive(row, to.lastSeenAt)) return 'gone'
      if (row.lastSeenAt >= to.lastSeenAt) return 'superseded'
      rows.set(key(userId, id), { ...row, ...to })
      return 'renewed'
    },

    async delete(userId, sessionId) {
      return rows.delete(key(userId, sessionId)) ? 'deleted' : 'absent'
    },

    async list(userId) {
      return structuredClone(ofUser(userId))
    },

    async deleteBelowEpoch(userId, epoch, now) {
      const below = ofUser(userId).filter((row) => row.userEpoch < epoch)
      for (const { id } of below) rows.delete(key(userId, id))
      return below.filter((row) => isLive(row, now)).map(({ id }) => id)
    },
  }
}
