import type { Deadline } from '../deadline.ts'
import { ConflictError } from '../errors.ts'
import type { UserChange, UserStore } from '../ports.ts'
import type { SessionId } from '../session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { ID_LENGTH, type RandomText } from '../system.ts'
import type { User } from '../user.ts'

/** A further try is needed only if another request changed the user in between. */
const MAX_ADVANCE_TRIES = 3

interface Parts {
  readonly store: UserStore
  readonly sessions: Pick<Sessions, 'revokeBelowEpoch'>
  readonly randomText: RandomText
}

/** The two halves of every revoke-all: the write of a new epoch, and the sweep of the rows of older epochs. */
export function createEpochs({ store, sessions, randomText }: Parts) {
  return {
    /**
     * Increments the user's epoch, together with a change of the user, and marks the sweep as pending.
     * @param knownUser the user, if the caller has just read it
     * @returns the user before and after the change
     * @throws ConflictError if other requests kept changing the user.
     */
    async advance(readUser: () => Promise<User>, change: UserChange, deadline: Deadline, knownUser?: User) {
      for (let tries = 0; tries < MAX_ADVANCE_TRIES; tries++) {
        const before = (tries === 0 && knownUser) || (await readUser())
        const changeId = randomText(ID_LENGTH)
        if (await store.advanceEpoch(before, changeId, change, deadline))
          return { before, user: { ...before, ...change, epoch: before.epoch + 1, changeId, sweepPending: true } }
      }
      throw new ConflictError()
    },

    /**
     * Deletes the rows of older epochs, then clears the mark.
     * @returns the live sessions that were revoked
     */
    async sweep(user: Pick<User, 'id' | 'epoch'>, deadline: Deadline): Promise<SessionId[]> {
      const revoked = await sessions.revokeBelowEpoch(user.id, user.epoch, deadline)
      await store.clearSweep(user.id, user.epoch, deadline)
      return revoked
    },
  }
}
