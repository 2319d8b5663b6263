import { BULK_SECONDS, type Deadline, startDeadline } from './deadline.ts'
import { ConflictError, UnauthenticatedError } from './errors.ts'
import type { CreatedSession } from './new-session.ts'
import type { UserChange, UserStore } from './ports.ts'
import type { Session, SessionId } from './session.ts'
import type { Sessions } from './sessions.ts'
import { ID_LENGTH, type RandomText, systemRandomText } from './system.ts'
import type { User, UserId } from './user.ts'
import type { Users } from './users.ts'

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
}: {
  store: UserStore
  users: Users
  sessions: Sessions
  randomText?: RandomText
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

  return {
    /**
     * Ends all sessions of a user, on an administrator's word. One read, two writes, a delete for each session in
     * batches of 25, and two Queries: one that finds them and one that finds none.
     * @throws NotFoundError when there is no such user. @throws ConflictError when others kept changing the user.
     */
    async endAll(
      userId: UserId,
      change: UserChange = {},
      deadline = startDeadline(BULK_SECONDS),
    ): Promise<SessionId[]> {
      return sweep(await advance(() => users.require(userId, deadline), change, deadline), deadline)
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
    async endOthers(
      session: Session,
      { ip, userAgent }: Pick<Session, 'ip' | 'userAgent'>,
      deadline: Deadline,
    ): Promise<CreatedSession & { ended: SessionId[] }> {
      const user = await advance(() => readOwner(session, deadline), {}, deadline)
      // Of this and a logout or a revoke at the same moment only one deletes the row, and only that one has its way.
      const own = await sessions.revoke(session.userId, session.id, deadline)
      const ended = await sweep(user, deadline)
      if (own !== 'deleted') throw new UnauthenticatedError(true)
      const { scopes, label, authenticatedAt, endsAt } = session
      const created = await sessions.create(
        { user, scopes, label, ip, userAgent, authenticatedAt, endsAt },
        store,
        deadline,
      )
      if (!created) throw new UnauthenticatedError(true) // all were ended once more in between, the new one with them
      return { ...created, ended }
    },

    /**
     * Completes what an interrupted end-all left. Whoever reads a user to sign in, or to list or end sessions, calls it;
     * a mere look at the user does not. Nothing, or a sweep with ten seconds of its own: it may be a large one.
     * @returns the user, for whom no session of an epoch gone by is left
     */
    async finishPending(user: User): Promise<User> {
      if (user.sweepPending) await sweep(user, startDeadline(BULK_SECONDS))
      return user
    },
  }
}
