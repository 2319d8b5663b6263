import { logEntry } from '../audit.ts'
import { BULK_SECONDS, type Deadline, startDeadline } from '../deadline.ts'
import { ConflictError, UnauthenticatedError, UnavailableError } from '../errors.ts'
import type { Log, UserChange, UserStore } from '../ports.ts'
import type { Session, SessionId } from '../session.ts'
import { type NewSession, reauthenticated } from '../sessions/create-session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { ID_LENGTH, type RandomText, systemRandomText } from '../system.ts'
import type { User, UserId } from '../user.ts'
import type { Device, Ending, NewPassword, Replacement, Replacing, RevocationHooks } from './revocation-result.ts'
import type { Users } from './users.ts'

const ADVANCE_TRIES = 3

export type Revocations = ReturnType<typeof createRevocations>

/**
 * Ending all sessions of a user: one write moves the user's epoch, which dooms every session row of a lower one, then
 * a sweep deletes those rows. Success is reported only when a full Query shows none left.
 */
export function createRevocations({
  store,
  users,
  sessions,
  randomText = systemRandomText,
  log: ownLog = () => {},
}: {
  store: UserStore
  users: Users
  sessions: Sessions
  randomText?: RandomText
  log?: Log
}) {
  /** @returns the user as it was and as it is in the new epoch; `read` is for who has read it already */
  async function advance(readUser: () => Promise<User>, change: UserChange, deadline: Deadline, read?: User) {
    // A refused write means that somebody else has changed the user: look again.
    for (let tries = 0; tries < ADVANCE_TRIES; tries++) {
      const before = (tries === 0 && read) || (await readUser())
      const changeId = randomText(ID_LENGTH)
      if (await store.advanceEpoch(before, changeId, change, deadline))
        return { before, user: { ...before, ...change, epoch: before.epoch + 1, changeId, sweepPending: true } }
    }
    throw new ConflictError()
  }

  /** @returns the live sessions it ended */
  async function sweep(user: User, deadline: Deadline): Promise<SessionId[]> {
    const ended = await sessions.endBelowEpoch(user.id, user.epoch, deadline)
    await store.clearSweep(user.id, user.epoch, deadline)
    return ended
  }

  /** Refuses a session that an earlier end-all has doomed: it may not act for its user any more. */
  async function readOwner(session: Session, deadline: Deadline): Promise<User> {
    const user = await users.ofSession(session, deadline)
    if (!user) throw new UnauthenticatedError(true)
    return user
  }

  /**
   * Ends all sessions of a session's user and creates one in its place. Of this and a logout or a revoke at the same
   * moment only one deletes the session's own row, and only that one has its way: the other has changed nothing.
   */
  async function replaceAll(
    { session, check = () => {}, change, changed = () => {} }: Replacing,
    next: (user: User) => NewSession,
    deadline: Deadline,
  ): Promise<Replacement> {
    const readUser = () => readOwner(session, deadline)
    const read = await readUser()
    check(read)
    if ((await sessions.revoke(session.userId, session.id, deadline)) !== 'deleted')
      throw new UnauthenticatedError(true)
    const { user } = await advance(readUser, change, deadline, read)
    changed()
    const ended = await sweep(user, deadline)
    const created = await sessions.create(next(user), store, deadline)
    if (!created) throw new UnauthenticatedError(true) // all were ended once more in between, the new one with them
    const capped = await sessions.keepWithinCap(user, deadline) // of the logins that went on meanwhile
    if (capped.includes(created.session.id))
      throw new UnavailableError('more sessions than the cap began at this moment')
    return { ...created, user, ended: [...ended, ...capped] }
  }

  return {
    /**
     * Ends all sessions of a user, on an administrator's word. One read, two writes, a delete for each session in
     * batches of 25, and two Queries: one that finds them and one that finds none.
     * @param hooks `check` sees the user that is about to be changed and may throw; `changed` is called once that is
     *   written, before the sweep, which may fail.
     * @throws NotFoundError when there is no such user. @throws ConflictError when others kept changing the user.
     */
    async revokeAllSessions(
      userId: UserId,
      change: UserChange = {},
      deadline = startDeadline(BULK_SECONDS),
      { check = () => {}, changed = () => {} }: RevocationHooks = {},
    ): Promise<Ending> {
      const readUser = async () => {
        const user = await users.require(userId, deadline)
        check(user)
        return user
      }
      const { before, user } = await advance(readUser, change, deadline)
      changed(before, user)
      return { before, user: { ...user, sweepPending: false }, ended: await sweep(user, deadline) }
    },

    /**
     * Ends all sessions of a session's own user, this one included. Costs as `revokeAllSessions`.
     * @throws UnauthenticatedError when an end-all has doomed the session already.
     */
    async revokeOwnSessions(session: Session, deadline: Deadline): Promise<SessionId[]> {
      const { user } = await advance(() => readOwner(session, deadline), {}, deadline)
      return sweep(user, deadline)
    },

    /**
     * The same, and then creates a session in this one's place, so that copies of its token end with the others. It
     * keeps the scopes, the label, the time of authentication and the absolute end: nobody has signed in again. Two
     * writes, a read and, with a cap, a Query more than `revokeAllSessions`.
     * @throws UnauthenticatedError when the session has been ended meanwhile: what is revoked passes nothing on.
     */
    revokeOtherSessions(session: Session, { ip, userAgent }: Device, deadline: Deadline): Promise<Replacement> {
      const { scopes, narrowed, label, authenticatedAt, endsAt } = session
      return replaceAll(
        { session, change: {} },
        (user) => ({ user, scopes, narrowed, label, ip, userAgent, authenticatedAt, endsAt }),
        deadline,
      )
    },

    /**
     * Stores a new password, whose predecessor `verified` has just been, and ends all sessions with it; the one in this
     * one's place is as after a login. Costs as `revokeOtherSessions`.
     * @throws UnauthenticatedError as `revokeOtherSessions`. @throws ConflictError when the password was changed meanwhile.
     */
    changePassword(
      session: Session,
      { verified, passwordHash, changed }: NewPassword,
      device: Device,
      deadline: Deadline,
    ): Promise<Replacement> {
      // Later another form of the same password may stand there; another password would have moved the epoch.
      const check = (user: User) => {
        if (user.passwordHash !== verified) throw new ConflictError()
      }
      const next = (user: User) => ({
        user,
        ...reauthenticated(session, user),
        ip: device.ip,
        userAgent: device.userAgent,
      })
      return replaceAll({ session, check, change: { passwordHash }, changed }, next, deadline)
    },

    /**
     * Completes what an interrupted end-all left. Whoever reads a user to sign in, or to list or end sessions, calls it;
     * a mere look at the user does not. Nothing, or a sweep with ten seconds of its own: it may be a large one.
     * @returns the user, for whom no session of an epoch gone by is left
     */
    async finishPending(user: User, log: Log = ownLog): Promise<User> {
      if (!user.sweepPending) return user
      const ended = await sweep(user, startDeadline(BULK_SECONDS))
      log(logEntry('sweep_finished', { target: user.id, sessions: ended.length }))
      return { ...user, sweepPending: false }
    },
  }
}
