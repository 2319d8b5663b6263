import type { Deadline } from '../deadline.ts'
import { ConflictError } from '../errors.ts'
import type { Log } from '../ports.ts'
import type { User, UserId } from '../user.ts'
import type { IdentityKey, IdentityPointer, IdentityStore } from './identity.ts'

/** A further try is needed only if the identity's pointer changed in between. */
const MAX_CLAIM_TRIES = 3

interface Parts {
  readonly store: Pick<IdentityStore, 'getIdentity' | 'claimIdentity'>
  readonly getUser: (userId: UserId, deadline: Deadline) => Promise<User | undefined>
  readonly finishPendingSweep: (user: User, log?: Log) => Promise<User>
}

/** Whether a pointer counts: the user item decides. */
const isListed = (key: IdentityKey, { claim }: IdentityPointer, user: User | undefined): user is User =>
  user?.identities?.[key]?.claim === claim

/** The operations on the pointers of identities, which count only while their user lists them. */
export function identityPointers({ store, getUser, finishPendingSweep }: Parts) {
  return {
    /** The user of an identity, and the user whom its pointer names although it does not count. Two reads; one without a pointer. */
    async find(key: IdentityKey, deadline: Deadline): Promise<{ user?: User; former?: User }> {
      const pointer = await store.getIdentity(key, deadline)
      const user = pointer && (await getUser(pointer.userId, deadline))
      if (!pointer || !user) return {}
      return isListed(key, pointer, user) ? { user } : { former: user }
    },

    /**
     * Points an identity at a user who lists it already. One write; a write, a read and a pending sweep more if a pointer
     * is left that does not count.
     * @returns `false` if another user has it
     * @throws ConflictError if the pointer kept changing.
     */
    async claim(key: IdentityKey, pointer: IdentityPointer, deadline: Deadline): Promise<boolean> {
      let instead: string | undefined
      for (let tries = 0; tries < MAX_CLAIM_TRIES; tries++) {
        const present = await store.claimIdentity(key, pointer, instead, deadline)
        if (present?.claim === pointer.claim) return true
        if (!present) continue
        const holder = await getUser(present.userId, deadline)
        if (isListed(key, present, holder)) return false
        // A logout of the subject does not find this user any more.
        if (holder) await finishPendingSweep(holder)
        instead = present.claim
      }
      throw new ConflictError()
    },
  }
}
