import type { RevocationReason } from '../audit-events.ts'
import type { Deadline } from '../deadline.ts'
import { ConflictError, RevocationPendingError, UnavailableError } from '../errors.ts'
import type { UserChange, UserStore } from '../ports.ts'
import type { SessionId } from '../session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { type Clock, ID_LENGTH, type RandomText } from '../system.ts'
import type { LastChange, User, UserId } from '../user.ts'
import { changedUser, dated } from '../user-change.ts'

/** A further try is needed only if another request changed the user in between. */
const MAX_ADVANCE_TRIES = 3

/**
 * The changes that a user item keeps. Events are made from the item some seconds later, when another change may have
 * followed; a deletion alone makes one. Three keep the item below a kilobyte, so that a write costs one unit as before.
 */
const MAX_LAST_CHANGES = 3

/** Why all sessions are revoked, and by whom, as the user item keeps it. */
export interface Cause {
  /** Default: what the change of the user says. */
  readonly reason?: RevocationReason | undefined
  readonly by?: UserId | undefined
}

interface Parts {
  readonly store: UserStore
  readonly sessions: Pick<Sessions, 'revokeBelowEpoch'>
  readonly randomText: RandomText
  readonly clock: Clock
}

/** The two halves of every revoke-all: the write of a new epoch, and the sweep of the rows of older epochs. */
export function createEpochs({ store, sessions, randomText, clock }: Parts) {
  /**
   * Deletes the rows of older epochs, then clears the mark.
   * @returns the live sessions that were revoked
   */
  async function sweep(user: Pick<User, 'id' | 'epoch'>, deadline: Deadline): Promise<SessionId[]> {
    const revoked = await sessions.revokeBelowEpoch(user.id, user.epoch, deadline)
    await store.clearSweep(user.id, user.epoch, deadline)
    return revoked
  }

  return {
    sweep,

    /**
     * The sweep of a request that cannot be repeated, because its own session, or the link that it used, is void.
     * @throws RevocationPendingError if the datastore fails
     */
    async sweepAfterChange(user: Pick<User, 'id' | 'epoch'>, deadline: Deadline): Promise<SessionId[]> {
      return sweep(user, deadline).catch((error) => {
        throw error instanceof UnavailableError ? new RevocationPendingError(error) : error
      })
    },

    /**
     * Increments the user's epoch, together with a change of the user, and marks the sweep as pending.
     * @param changeOf the change, or what makes it of the user as read, with each try; if that throws, nothing is written
     * @param cause kept on the user item by the same write
     * @param knownUser the user, if the caller has just read it
     * @returns the user before and after the change
     * @throws ConflictError if other requests kept changing the user.
     */
    async advance(
      readUser: () => Promise<User>,
      changeOf: UserChange | ((before: User) => UserChange | Promise<UserChange>),
      deadline: Deadline,
      cause: Cause = {},
      knownUser?: User,
    ) {
      for (let tries = 0; tries < MAX_ADVANCE_TRIES; tries++) {
        const before = (tries === 0 && knownUser) || (await readUser())
        const changeId = randomText(ID_LENGTH)
        const change = typeof changeOf === 'function' ? await changeOf(before) : changeOf
        const { reason = reasonOf(change), by } = cause
        const last: LastChange = { epoch: before.epoch + 1, changeId, reason, at: clock(), ...(by && { by }) }
        const lastChanges = [last, ...(before.lastChanges ?? [])].slice(0, MAX_LAST_CHANGES)
        const after = { ...dated(change, before, before.epoch + 1), lastChanges }
        if (await store.advanceEpoch(before, changeId, after, deadline))
          return {
            before,
            user: { ...changedUser(before, after), epoch: before.epoch + 1, changeId, sweepPending: true },
          }
      }
      throw new ConflictError()
    },
  }
}

function reasonOf({ passwordHash, scopes, status }: UserChange): RevocationReason {
  if (status === 'disabled') return 'user_disabled'
  if (passwordHash !== undefined) return 'password_change'
  return scopes === undefined ? 'revoked_all' : 'scope_removed'
}
