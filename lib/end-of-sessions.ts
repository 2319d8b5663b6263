import { BULK_SECONDS, type Deadline, startDeadline } from './deadline.ts'
import { ConflictError, NotFoundError, UnauthenticatedError } from './errors.ts'
import type { UserChange, UserStore } from './ports.ts'
import type { Secret } from './secret.ts'
import { isBackedBy, type Session, type SessionId } from './session.ts'
import type { Sessions } from './sessions.ts'
import { type RandomText, systemRandomText } from './system.ts'
import type { User, UserId } from './user.ts'

export type EndOfSessions = ReturnType<typeof createEndOfSessions>

/**
 * Ending all sessions of a user: one write moves the user's epoch, which dooms every session row of a lower one, then
 * a sweep deletes those rows. Success is reported only when a full Query shows none left.
 */
export function createEndOfSessions({
  users,
  sessions,
  randomText = systemRandomText,
}: {
  users: UserStore
  sessions: Sessions
  randomText?: RandomText
}) {
  /** @returns the user in the new epoch */
  async function advance(readUser: () => Promise<User>, change: UserChange, deadline: Deadline): Promise<User> {
    // A refused write means that somebody else moved the epoch: look again, once.
    for (let tries = 0; tries < 2; tries++) {
      const user = await readUser()
      const changeId = randomText(21)
      if (await users.advanceEpoch(user.id, user.epoch, changeId, change, deadline))
        return { ...user, ...change, epoch: user.epoch + 1, changeId, sweepPending: true }
    }
    throw new ConflictError()
  }

  /** @returns the live sessions it ended */
  async function sweep(user: User, deadline: Deadline): Promise<SessionId[]> {
    const ended = await sessions.endBelowEpoch(user.id, user.epoch, deadline)
    await users.clearSweep(user.id, user.epoch, deadline)
    return ended
  }

  /** Reads what a session's owner acts on, and refuses a session that an earlier end-all has doomed. */
  async function readOwner(session: Session, deadline: Deadline): Promise<User> {
    const user = await users.get(session.userId, deadline)
    if (!isBackedBy(session, user)) throw new UnauthenticatedError(true)
    return user
  }

  return {
    /**
     * Ends all sessions of a user, on an administrator's word. One read, two writes, and the sweep's Queries and deletes.
     * @throws NotFoundError when there is no such user. @throws ConflictError when others kept changing the user.
     */
    async endAll(
      userId: UserId,
      change: UserChange = {},
      deadline = startDeadline(BULK_SECONDS),
    ): Promise<SessionId[]> {
      const readUser = async () => {
        const user = await users.get(userId, deadline)
        if (!user) throw new NotFoundError('There is no such user.')
        return user
      }
      return sweep(await advance(readUser, change, deadline), deadline)
    },

    /**
     * Ends all sessions of a session's own user, this one included.
     * @throws UnauthenticatedError when the session has ended meanwhile.
     */
    async endOwn(session: Session, deadline: Deadline): Promise<SessionId[]> {
      return sweep(await advance(() => readOwner(session, deadline), {}, deadline), deadline)
    },

    /**
     * The same, and then creates a session in this one's place, so that copies of its token end with the others. It
     * keeps the scopes, the label, the time of authentication and the absolute end: nobody has signed in again.
     */
    async endOthers(
      session: Session,
      from: { ip: string; userAgent: string },
      deadline: Deadline,
    ): Promise<{ ended: SessionId[]; session: Session; token: Secret }> {
      const user = await advance(() => readOwner(session, deadline), {}, deadline)
      const ended = await sweep(user, deadline)
      const { scopes, label, authenticatedAt, endsAt } = session
      const created = await sessions.create(
        { user, scopes, label, ...from, authenticatedAt, endsAt },
        () => users.get(user.id, deadline),
        deadline,
      )
      if (!created) throw new UnauthenticatedError(true) // all were ended once more in between, this one's heir with them
      return { ...created, ended: ended.filter((id) => id !== session.id) }
    },

    /** Completes what an interrupted end-all left: whoever next reads such a user for a login or an account calls it. */
    async finishPending(user: User): Promise<void> {
      if (user.sweepPending) await sweep(user, startDeadline(BULK_SECONDS))
    },
  }
}
