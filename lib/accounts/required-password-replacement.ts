import type { Deadline } from '../deadline.ts'
import { ConflictError } from '../errors.ts'
import type { SessionId } from '../session.ts'
import type { User } from '../user.ts'
import type { createEpochs } from './epochs.ts'
import type { Users } from './users.ts'

type Parts = Pick<ReturnType<typeof createEpochs>, 'advance' | 'sweepAfterChange'> & { readonly users: Users }

/** Makes the operation that replaces a password which must be changed. */
export function requiredPasswordReplacement({ users, advance, sweepAfterChange }: Parts) {
  /**
   * Stores the new password and revokes all sessions. Two writes and a sweep; a read and a write more with each further try.
   * @param known as read before the present password was verified
   * @throws ConflictError if the password, or whether it must be changed, was changed meanwhile; nothing was written.
   * @throws RevocationPendingError if the datastore fails once the password is set.
   */
  return async (
    known: User,
    passwordHash: string,
    deadline: Deadline,
    afterChange: (user: User) => void,
  ): Promise<{ user: User; revoked: SessionId[] }> => {
    const readUser = async () => {
      const user = await users.require(known.id, deadline)
      const isSame = user.passwordHash === known.passwordHash && user.mustChangePassword
      if (!isSame || user.status !== 'active') throw new ConflictError()
      return user
    }
    const { user } = await advance(readUser, { passwordHash }, deadline, { by: known.id }, known)
    afterChange(user)
    return { user: { ...user, sweepPending: false }, revoked: await sweepAfterChange(user, deadline) }
  }
}
