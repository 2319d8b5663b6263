import { type Deadline, startDeadline } from '../deadline.ts'
import type { DeletionOutcome, UserStore } from '../ports.ts'
import { isAccepted, isLiveForUser, type Session, type SessionId } from '../session.ts'
import { systemClock, systemRandomText } from '../system.ts'
import type { User, UserId } from '../user.ts'
import { type CreatedSession, createSession, type NewSession } from './create-session.ts'
import { enforceSessionCap } from './session-cap.ts'
import { createSessionChecks } from './session-checks.ts'
import type { SessionsOptions } from './sessions-options.ts'
import { createStalenessCache } from './staleness-cache.ts'
import { createSuccession } from './succession.ts'
import { toSession } from './to-session.ts'

/** The operations on sessions; see `createSessions`. */
export type Sessions = ReturnType<typeof createSessions>

/**
 * Creates the operations on sessions: create, check, renew, revoke and list.
 * @throws RangeError unless the timeouts are whole seconds from 1 and `renewSeconds` is below `idleSeconds`.
 * @example
 * ```ts
 * import { createSessions } from 'coatcheck'
 * import { createClient, dynamodbSessionStore } from 'coatcheck/dynamodb'
 *
 * const client = createClient({ timeoutMs: 800 })
 * const store = dynamodbSessionStore({ client, tableName: 'coatcheck-prod-sessions' })
 * const sessions = createSessions({ store, idleSeconds: 3600 })
 *
 * const authenticate = async (tokenText: string) => {
 *   const session = await sessions.check(tokenText)
 *   return session && (await sessions.renew(session))
 * }
 * ```
 */
export function createSessions(options: SessionsOptions) {
  const { store, cap = 0, clock = systemClock, randomText = systemRandomText, log: defaultLog = () => {} } = options
  const { providerSessions } = options
  const cache = createStalenessCache()
  const checks = createSessionChecks(options, cache)
  const { policy } = checks

  function create(
    newSession: NewSession,
    users: Pick<UserStore, 'get'>,
    deadline: Deadline = startDeadline(),
  ): Promise<CreatedSession | undefined> {
    return createSession({ store, clock, randomText, policy, providerSessions }, newSession, users, deadline)
  }

  async function deleteRow(userId: UserId, sessionId: SessionId, deadline: Deadline): Promise<DeletionOutcome> {
    try {
      return await store.delete(userId, sessionId, deadline)
    } finally {
      cache.delete(userId, sessionId)
    }
  }

  return {
    ...checks,

    /**
     * Creates a session for a user who was just read. One write and one read of the user; a delete more if it returns
     * `undefined`.
     * @param users reads the user again after the write
     * @returns `undefined`, and no session, if the user was disabled, all sessions were revoked or the provider has ended its
     *   session in between
     * @throws UnavailableError if the store fails; no session of this call is usable then.
     */
    create,

    /**
     * Revokes the user's oldest sessions beyond the cap. Call it after creating a session. It also deletes some rows that
     * expired days ago. One Query, and a delete per session; nothing without a cap.
     * @param leaving sessions that are about to be revoked anyway and do not count
     * @returns the revoked sessions; the new one is among them if more sessions than the cap began in the same second
     */
    enforceCap: (user: Pick<User, 'id' | 'epoch'>, deadline: Deadline, leaving?: readonly SessionId[]) =>
      enforceSessionCap({ store, clock, cap }, user, deadline, leaving),

    ...createSuccession({ store, clock, log: defaultLog, create, deleteRow }),

    /** Returns a user's sessions that a check accepts, the newest first. One strongly consistent Query per megabyte. */
    async list(user: Pick<User, 'id' | 'epoch'>, deadline: Deadline = startDeadline()): Promise<Session[]> {
      const now = clock()
      const rows = await store.list(user.id, deadline)
      const live = rows.filter((row) => isLiveForUser(user, row, now) && isAccepted(row, policy, now)).map(toSession)
      // Stryker disable next-line EqualityOperator: no two sessions have the same id
      return live.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
    },

    /**
     * Deletes the sessions of older epochs, the sweep of a revoke-all. Costs as `SessionStore.deleteBelowEpoch`.
     * @returns the sessions that had not expired
     */
    async revokeBelowEpoch(userId: UserId, epoch: number, deadline: Deadline): Promise<SessionId[]> {
      const revoked = await store.deleteBelowEpoch(userId, epoch, clock(), deadline)
      for (const sessionId of revoked) cache.delete(userId, sessionId)
      return revoked
    },
  }
}
