import type { Deadline } from '../deadline.ts'
import { ConflictError } from '../errors.ts'
import type { Log, UserChange, UserStore } from '../ports.ts'
import { missingScopes } from '../scope.ts'
import type { SessionId } from '../session.ts'
import { ID_LENGTH, type RandomText, systemRandomText } from '../system.ts'
import type { User, UserId } from '../user.ts'
import type { Ending, RevocationHooks } from './revocation-result.ts'
import type { Revocations } from './revocations.ts'
import type { Users } from './users.ts'

interface ChangeOptions extends RevocationHooks {
  /** Bound to the request, where there is one. */
  readonly log?: Log
}

export type UserAdministration = ReturnType<typeof createUserAdministration>

const TRIES = 3

/** Changing and deleting users. What takes something away ends all their sessions at once; what gives ends none. */
export function createUserAdministration({
  store,
  users,
  revocations,
  randomText = systemRandomText,
}: {
  store: UserStore
  users: Users
  revocations: Revocations
  randomText?: RandomText
}) {
  return {
    /**
     * Changes name, scopes or status. Disabling and taking a scope away cost as `Revocations.revokeAllSessions` and a read more;
     * the rest a read and a write, and takes effect at the next login or reauthentication.
     * @throws NotFoundError when there is no such user. @throws ConflictError when others kept changing the user.
     */
    async change(
      userId: UserId,
      change: Pick<UserChange, 'name' | 'scopes' | 'status'>,
      deadline: Deadline,
      { check = () => {}, changed = () => {}, log }: ChangeOptions = {},
    ): Promise<Ending> {
      for (let tries = 0; tries < TRIES; tries++) {
        const before = await users.require(userId, deadline)
        check(before)
        if (takesAway(before, change))
          return revocations.revokeAllSessions(userId, change, deadline, { check, changed })
        const changeId = randomText(ID_LENGTH)
        // The condition is on all of the user: what only gives must not overwrite what took away meanwhile.
        if (await store.update(userId, before.changeId, changeId, change, deadline)) {
          changed(before, { ...before, ...change, changeId })
          const user = await revocations.finishPending({ ...before, ...change, changeId }, log)
          return { before, user, ended: [] }
        }
      }
      throw new ConflictError()
    },

    /** Sets a password without asking for the old one; all sessions end. Costs as `Revocations.revokeAllSessions`. */
    setPassword(userId: UserId, passwordHash: string, deadline: Deadline) {
      return revocations.revokeAllSessions(userId, { passwordHash }, deadline)
    },

    /**
     * Deletes a user: disables them, which ends all sessions, then frees the email, then deletes the item. Interrupted
     * in between it leaves a disabled user, or an item that no pointer leads to; the same call again completes it.
     * Costs as `Revocations.revokeAllSessions` and two writes.
     * @returns the live sessions it ended
     * @throws NotFoundError when there is no such user. @throws ConflictError when others kept changing the user.
     */
    async delete(userId: UserId, deadline: Deadline): Promise<{ user: User; ended: SessionId[] }> {
      const all: SessionId[] = []
      for (let tries = 0; tries < TRIES; tries++) {
        const { user, ended } = await revocations.revokeAllSessions(userId, { status: 'disabled' }, deadline)
        all.push(...ended)
        await store.releaseEmail(user.email, userId, deadline)
        // Somebody who was enabled again meanwhile may have signed in: those sessions end first.
        if (await store.delete(userId, user.changeId, deadline)) return { user, ended: all }
      }
      throw new ConflictError()
    },
  }
}

/** Whether somebody who had it could still use what this change takes. */
function takesAway(before: User, { scopes, status }: UserChange): boolean {
  if (status === 'disabled' && before.status !== 'disabled') return true
  return scopes !== undefined && missingScopes(before.scopes, scopes).length > 0
}
