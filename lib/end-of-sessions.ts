import { logEntry } from './audit.ts'
import { BULK_SECONDS, type Deadline, startDeadline } from './deadline.ts'
import { ConflictError, UnauthenticatedError } from './errors.ts'
import { type CreatedSession, type NewSession, reauthenticated } from './new-session.ts'
import type { Log, UserChange, UserStore } from './ports.ts'
import type { Session, SessionId } from './session.ts'
import type { Sessions } from './sessions.ts'
import { ID_LENGTH, type RandomText, systemRandomText } from './system.ts'
import type { User, UserId } from './user.ts'
import type { Users } from './users.ts'

/** Where a request comes from, as a session row keeps it. */
export type Device = Pick<Session, 'ip' | 'userAgent'>

/** A session in the place of another, and the live ones that ended for it. */
export interface Replacement extends CreatedSession {
  readonly user: User
  readonly ended: SessionId[]
}

/** A user in a new epoch, and the live sessions that ended. */
export interface Ending {
  readonly user: User
  readonly ended: SessionId[]
}

export type EndOfSessions = ReturnType<typeof createEndOfSessions>

/**
 * Ending all sessions of a user: one write moves the user's epoch, which dooms every session row of a lower one, then
 * a sweep deletes those rows. Success is reported only when a full Query shows none left.
 */
export function createEndOfSessions({
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
  /** @returns the user in the new epoch */
  async function advance(readUser: () => Promise<User>, change: UserChange, deadline: Deadline): Promise<User> {
    // A refused write means that somebody else moved the epoch: look again, once.
    for (let tries = 0; tries < 2; tries++) {
      const user = await readUser()
      const changeId = randomText(ID_LENGTH)
      if (await store.advanceEpoch(user.id, user.epoch, changeId, change, deadline))
        return { ...user, ...change, epoch: user.epoch + 1, changeId, sweepPending: true }
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
   * moment only one deletes the session's own row, and only that one has its way.
   */
  async function replaceAll(
    { session, readUser, change }: { session: Session; readUser: () => Promise<User>; change: UserChange },
    next: (user: User) => NewSession,
    deadline: Deadline,
  ): Promise<Replacement> {
    const user = await advance(readUser, change, deadline)
    const own = await sessions.revoke(session.userId, session.id, deadline)
    const ended = await sweep(user, deadline)
    if (own !== 'deleted') throw new UnauthenticatedError(true)
    const created = await sessions.create(next(user), store, deadline)
    if (!created) throw new UnauthenticatedError(true) // all were ended once more in between, the new one with them
    return { ...created, user, ended }
  }

  return {
    /**
     * Ends all sessions of a user, on an administrator's word. One read, two writes, a delete for each session in
     * batches of 25, and two Queries: one that finds them and one that finds none.
     * @returns the user in the new epoch, and the live sessions it ended
     * @throws NotFoundError when there is no such user. @throws ConflictError when others kept changing the user.
     */
    async endAll(userId: UserId, change: UserChange = {}, deadline = startDeadline(BULK_SECONDS)): Promise<Ending> {
      const user = await advance(() => users.require(userId, deadline), change, deadline)
      return { user: { ...user, sweepPending: false }, ended: await sweep(user, deadline) }
    },

    /**
     * Ends all sessions of a session's own user, this one included. Costs as `endAll`.
     * @throws UnauthenticatedError when an end-all has doomed the session already.
     */
    async endOwn(session: Session, deadline: Deadline): Promise<SessionId[]> {
      return sweep(await advance(() => readOwner(session, deadline), {}, deadline), deadline)
    },

    /**
     * The same, and then creates a session in this one's place, so that copies of its token end with the others. It
     * keeps the scopes, the label, the time of authentication and the absolute end: nobody has signed in again. Two
     * writes and a read more than `endAll`.
     * @throws UnauthenticatedError when the session has been ended meanwhile: what is revoked passes nothing on.
     */
    endOthers(session: Session, { ip, userAgent }: Device, deadline: Deadline): Promise<Replacement> {
      const { scopes, narrowed, label, authenticatedAt, endsAt } = session
      return replaceAll(
        { session, readUser: () => readOwner(session, deadline), change: {} },
        (user) => ({ user, scopes, narrowed, label, ip, userAgent, authenticatedAt, endsAt }),
        deadline,
      )
    },

    /**
     * Stores a new password, whose predecessor `verified` has just been, and ends all sessions with it; the one in this
     * one's place is as after a login. Costs as `endOthers`.
     * @throws UnauthenticatedError as `endOthers`. @throws ConflictError when the password was changed meanwhile.
     */
    changePassword(
      session: Session,
      { verified, passwordHash }: { verified: string | undefined; passwordHash: string },
      device: Device,
      deadline: Deadline,
    ): Promise<Replacement> {
      const readUser = async () => {
        const user = await readOwner(session, deadline)
        if (user.passwordHash !== verified) throw new ConflictError()
        return user
      }
      const next = (user: User) => ({
        user,
        ...reauthenticated(session, user),
        ip: device.ip,
        userAgent: device.userAgent,
      })
      return replaceAll({ session, readUser, change: { passwordHash } }, next, deadline)
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
