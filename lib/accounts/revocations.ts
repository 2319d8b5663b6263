import { BULK_DEADLINE_SECONDS, type Deadline, startDeadline } from '../deadline.ts'
import { ConflictError, SignInAgainError, UnauthenticatedError, UnavailableError } from '../errors.ts'
import { BY_PASSWORD } from '../factor.ts'
import type { Log, UserChange, UserStore } from '../ports.ts'
import type { Session } from '../session.ts'
import type { NewSession } from '../sessions/create-session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { type Clock, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { User, UserId } from '../user.ts'
import { createEpochs } from './epochs.ts'
import { logSweep } from './log-sweep.ts'
import { reauthenticatedSession, sameSession } from './reauthenticated-session.ts'
import { requiredPasswordReplacement } from './required-password-replacement.ts'
import type {
  Device,
  FactorsChange,
  NewPassword,
  Replacement,
  ReplacementRequest,
  RevocationHooks,
  RevocationResult,
} from './revocation-result.ts'
import type { Users } from './users.ts'

/** The operations that revoke all sessions of a user; see `createRevocations`. */
export type Revocations = ReturnType<typeof createRevocations>

/**
 * Creates the operations that revoke all sessions of a user. One write increments the user's epoch, which invalidates
 * every session row of an older epoch; then a sweep deletes those rows. Success is reported only after a complete Query
 * has found none left.
 * @example
 * ```ts
 * import { createRevocations, createSessions, createUsers } from 'coatcheck'
 * import { createClient, dynamodbSessionStore, dynamodbUserStore } from 'coatcheck/dynamodb'
 *
 * const client = createClient({ timeoutMs: 800 })
 * const store = dynamodbUserStore({ client, tableName: 'coatcheck-prod-users' })
 * const users = createUsers({ store })
 * const sessions = createSessions({ store: dynamodbSessionStore({ client, tableName: 'coatcheck-prod-sessions' }) })
 * const revocations = createRevocations({ store, users, sessions })
 * ```
 */
export function createRevocations({
  store,
  users,
  sessions,
  randomText = systemRandomText,
  clock = systemClock,
  log: defaultLog = () => {},
}: {
  store: UserStore
  users: Users
  sessions: Sessions
  randomText?: RandomText
  clock?: Clock
  log?: Log
}) {
  const { advance, sweep, sweepAfterChange } = createEpochs({ store, sessions, randomText, clock })

  async function readOwner(session: Session, deadline: Deadline): Promise<User> {
    const user = await users.ofSession(session, deadline)
    if (!user) throw new UnauthenticatedError(true)
    return user
  }

  /**
   * Changes the session's user, which revokes all sessions, and replaces the session. Until the change is written, the
   * session stays usable; afterwards the others are revoked, whether or not the session can be replaced.
   */
  async function replaceAll(
    { session, beforeChange = () => {}, change, reason, afterChange = () => {} }: ReplacementRequest,
    replacement: (user: User) => NewSession,
    deadline: Deadline,
  ): Promise<Replacement> {
    const readUser = () => readOwner(session, deadline)
    const before = await readUser()
    beforeChange(before)
    const replace = await sessions.prepareReplacement(session, deadline)
    if (!replace) throw new UnauthenticatedError(true)
    const { user } = await advance(readUser, change, deadline, { reason, by: before.id }, before)
    afterChange()

    let cause: unknown
    const keepCause = (error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error
      cause = error
    }
    const created = await replace(replacement(user), store).catch(keepCause)
    const revoked = await sweepAfterChange(user, deadline)
    if (!created) throw new SignInAgainError(cause)
    const overCap = await sessions.enforceCap(user, deadline).catch(keepCause) // logins may have gone on meanwhile
    if (!overCap) await sessions.discard(user.id, created.session.id, deadline).catch(keepCause)
    if (!overCap || overCap.includes(created.session.id)) throw new SignInAgainError(cause)
    return { ...created, user, revoked: [...revoked, ...overCap] }
  }
  return {
    /**
     * Revokes all sessions of a user, optionally with a change of the user. One read, two writes, a delete per session in
     * batches of 25, and two Queries: one finds the sessions and one finds none left.
     * @throws NotFoundError if there is no such user.
     * @throws ConflictError if other requests kept changing the user.
     */
    async revokeAllSessions(
      userId: UserId,
      change: UserChange = {},
      deadline = startDeadline(BULK_DEADLINE_SECONDS),
      { beforeChange = () => {}, afterChange = () => {}, ...cause }: RevocationHooks = {},
    ): Promise<RevocationResult> {
      const readUser = async () => {
        const user = await users.require(userId, deadline)
        beforeChange(user)
        return user
      }
      const { before, user } = await advance(readUser, change, deadline, cause)
      afterChange(before, user)
      return { before, user: { ...user, sweepPending: false }, revoked: await sweep(user, deadline) }
    },

    /**
     * Revokes all sessions of a session's own user, this one included. Costs as `revokeAllSessions`, which has the hook too.
     * @throws UnauthenticatedError if an earlier revoke-all has revoked it; RevocationPendingError if the sweep fails.
     */
    async revokeOwnSessions(session: Session, deadline: Deadline, afterChange?: (user: User) => void) {
      const { user } = await advance(() => readOwner(session, deadline), {}, deadline, { by: session.userId })
      afterChange?.(user)
      return sweepAfterChange(user, deadline)
    },

    /**
     * Revokes all sessions of a session's user and replaces this one, so that copies of its token are revoked with the
     * others. The new session keeps what `sameSession` keeps. Two writes, two reads and, with a cap, a Query more than
     * `revokeAllSessions`.
     * @throws UnauthenticatedError if the session was revoked before the change; nothing was written.
     * @throws SignInAgainError if all sessions are revoked, but the session could not be replaced.
     * @throws RevocationPendingError as `revokeOwnSessions`.
     */
    revokeOtherSessions(session: Session, device: Device, deadline: Deadline): Promise<Replacement> {
      return replaceAll({ session, change: {} }, sameSession(session, device), deadline)
    },

    /** Changes the email, otherwise as `revokeOtherSessions`: a mailed link is no sign-in. Costs also what `change` costs. */
    changeEmail(request: ReplacementRequest, device: Device, deadline: Deadline): Promise<Replacement> {
      return replaceAll({ ...request, reason: 'email_changed' }, sameSession(request.session, device), deadline)
    },

    /**
     * Stores a new password, revokes all sessions and replaces this one, as after a login. Costs as `revokeOtherSessions`.
     * @throws UnauthenticatedError, SignInAgainError, RevocationPendingError as `revokeOtherSessions`.
     * @throws ConflictError if the password was changed meanwhile; nothing was written.
     */
    changePassword(
      session: Session,
      { verified, passwordHash, afterChange, strongScopes }: NewPassword,
      device: Device,
      deadline: Deadline,
    ): Promise<Replacement> {
      // Only before the first write: afterwards only a rehash of the same password can change it without a new epoch.
      const beforeChange = (user: User) => {
        if (user.passwordHash !== verified) throw new ConflictError()
      }
      return replaceAll(
        { session, beforeChange, change: { passwordHash }, afterChange },
        (user) => reauthenticatedSession(session, user, device, { proof: BY_PASSWORD, strongScopes }),
        deadline,
      )
    },
    /** Replaces a password that an administrator has set for one sign-in; every session of the user is revoked. */
    replaceRequiredPassword: requiredPasswordReplacement({ users, advance, sweepAfterChange }),
    /**
     * Changes the second factors, revokes all sessions and replaces this one, as after a reauthentication. Costs as
     * `revokeOtherSessions`.
     * @throws UnauthenticatedError, SignInAgainError, RevocationPendingError as `revokeOtherSessions`.
     */
    changeFactors(
      session: Session,
      { change, proof, strongScopes, afterChange }: FactorsChange,
      device: Device,
      deadline: Deadline,
    ): Promise<Replacement> {
      return replaceAll(
        { session, change, reason: 'factors_changed', afterChange },
        (user) => reauthenticatedSession({ ...session, ...proof }, user, device, { proof, strongScopes }),
        deadline,
      )
    },

    /**
     * Completes the sweep of an interrupted revoke-all. Operations that sign a user in, or list or revoke sessions, call it
     * after reading the user. Costs nothing if no sweep is pending; otherwise a sweep, with a deadline of its own, which the
     * log receives as `sweep_finished`. @returns the user, without a pending sweep
     */
    async finishPendingSweep(user: User, log: Log = defaultLog): Promise<User> {
      if (!user.sweepPending) return user
      const revoked = await sweep(user, startDeadline(BULK_DEADLINE_SECONDS))
      logSweep(log, user, revoked)
      return { ...user, sweepPending: false }
    },
  }
}
