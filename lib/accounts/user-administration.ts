import type { Deadline } from '../deadline.ts'
import { ConflictError } from '../errors.ts'
import type { IdentityKey, IdentityStore } from '../identity/identity.ts'
import type { Log, UserChange, UserStore } from '../ports.ts'
import { missingScopes } from '../scope.ts'
import type { SessionId } from '../session.ts'
import { ID_LENGTH, type RandomText, systemRandomText } from '../system.ts'
import type { User, UserId } from '../user.ts'
import { createEmailPointers } from './email-pointers.ts'
import type { RevocationHooks, RevocationResult } from './revocation-result.ts'
import type { Revocations } from './revocations.ts'
import type { Users } from './users.ts'

interface ChangeOptions extends RevocationHooks {
  /** The log of the request. */
  readonly log?: Log
}

/** The operations that change and delete users; see `createUserAdministration`. */
export type UserAdministration = ReturnType<typeof createUserAdministration>

/** A further try is needed only if another request changed the user in between. */
const MAX_CHANGE_TRIES = 3

/** Creates the operations that change and delete users. A change that takes rights away revokes all of their sessions. */
export function createUserAdministration({
  store,
  users,
  revocations,
  identityStore,
  randomText = systemRandomText,
}: {
  store: UserStore
  users: Users
  revocations: Revocations
  /** For functions that delete users; the store must return their identities. */
  identityStore?: Pick<IdentityStore, 'releaseIdentity'> | undefined
  randomText?: RandomText
}) {
  const pointers = createEmailPointers({ store, randomText })

  return {
    /**
     * Changes name, scopes or status. Disabling a user and removing a scope revoke all sessions and cost one read more than
     * `Revocations.revokeAllSessions`. Other changes cost one read and one write; new scopes take effect at the next login
     * or reauthentication.
     * @throws NotFoundError if there is no such user.
     * @throws ConflictError if other requests kept changing the user.
     */
    async change(
      userId: UserId,
      change: Pick<UserChange, 'name' | 'scopes' | 'status'>,
      deadline: Deadline,
      { beforeChange = () => {}, afterChange = () => {}, log, ...cause }: ChangeOptions = {},
    ): Promise<RevocationResult> {
      for (let tries = 0; tries < MAX_CHANGE_TRIES; tries++) {
        const before = await users.require(userId, deadline)
        beforeChange(before)
        if (reducesRights(before, change))
          return revocations.revokeAllSessions(userId, change, deadline, { beforeChange, afterChange, ...cause })
        const changeId = randomText(ID_LENGTH)
        // Conditional on the whole user: it must not overwrite a concurrent change that removed a right.
        if (await store.update(userId, before.changeId, changeId, change, deadline)) {
          afterChange(before, { ...before, ...change, changeId })
          const user = await revocations.finishPendingSweep({ ...before, ...change, changeId }, log)
          return { before, user, revoked: [] }
        }
      }
      throw new ConflictError()
    },

    /** Sets a password without the old one and revokes all sessions. Costs as `Revocations.revokeAllSessions`. */
    setPassword(userId: UserId, passwordHash: string, deadline: Deadline) {
      return revocations.revokeAllSessions(userId, { passwordHash }, deadline)
    },

    /**
     * Deletes a user: disables the user, which revokes all sessions, then frees every email and identity, then deletes the
     * item. An interrupted deletion leaves a disabled user, with or without a pointer; calling it again completes it. Two
     * writes more than `Revocations.revokeAllSessions`, and one for each further address that the user has a claim on and
     * for each identity.
     * @param by the user who requests it
     * @param beforeDelete called once all sessions are revoked, while the user is still stored; again with each further
     *   try. If it throws, the user stays disabled.
     * @returns the user and the live sessions that were revoked
     * @throws NotFoundError if there is no such user.
     * @throws ConflictError if other requests kept changing the user.
     */
    async delete(
      userId: UserId,
      deadline: Deadline,
      by?: UserId,
      beforeDelete: (user: User) => Promise<void> = async () => {},
    ): Promise<Pick<RevocationResult, 'user' | 'revoked'>> {
      const allRevoked: SessionId[] = []
      const disabled = { status: 'disabled' } as const
      const cause = { reason: 'user_deleted', by } as const
      for (let tries = 0; tries < MAX_CHANGE_TRIES; tries++) {
        const { user, revoked } = await revocations.revokeAllSessions(userId, disabled, deadline, cause)
        allRevoked.push(...revoked)
        await beforeDelete(user)
        await pointers.releaseAll(user, deadline)
        for (const [key, { claim }] of Object.entries(user.identities ?? {}))
          await identityStore?.releaseIdentity(key as IdentityKey, claim, deadline)
        // If the user was enabled again in between, they may have signed in: revoke those sessions first.
        if (await store.delete(userId, user.changeId, deadline)) return { user, revoked: allRevoked }
      }
      throw new ConflictError()
    },
  }
}

/** Whether sessions created before this change have rights that the user no longer holds. */
function reducesRights(before: User, { scopes, status }: UserChange): boolean {
  if (status === 'disabled' && before.status !== 'disabled') return true
  return scopes !== undefined && missingScopes(before.scopes, scopes).length > 0
}
