import type { UserAdministration } from '../accounts/user-administration.ts'
import type { ActivityEraser, ActivitySubject } from '../activity/activity-store.ts'
import type { Deadline } from '../deadline.ts'
import { NotFoundError } from '../errors.ts'
import type { SessionId } from '../session.ts'
import type { Email, User, UserId } from '../user.ts'

/** What an erasure has deleted. */
export interface Erased {
  /** Absent if the user was deleted before. */
  readonly user?: User
  /** The live sessions that were revoked. */
  readonly revoked: readonly SessionId[]
  /** The number of entries of activity. */
  readonly entries: number
}

/** The parts that an erasure uses. */
export interface ErasureParts {
  readonly administration: Pick<UserAdministration, 'delete'>
  readonly activity: ActivityEraser
  /** The tag of an account, under which its failed sign-ins are recorded. */
  readonly accountTag: (email: Email) => string
}

/**
 * Deletes a user and all that the tables hold about the user under their keys. In this order: disables the user, which
 * revokes all sessions; erases the activity; deletes the emails' pointers and the user; erases what requests that were in
 * progress have recorded meanwhile. The user goes last, because the email address leads to the failed sign-ins: an
 * interrupted erasure leaves a disabled user or only activity, and calling it again completes it. Costs as
 * `UserAdministration.delete`, and `ActivityEraser.erase` twice.
 * @param by the user who requests it
 * @throws NotFoundError if nothing is stored about this id. @throws ConflictError as `UserAdministration.delete`
 */
export async function eraseUser(
  { administration, activity, accountTag }: ErasureParts,
  userId: UserId,
  deadline: Deadline,
  by?: UserId,
): Promise<Erased> {
  let entries = 0
  async function eraseActivity(user: User | undefined): Promise<void> {
    const emails = user ? [user.email, ...(user.undo ? [user.undo.email] : [])] : []
    const subjects = emails.map((email): ActivitySubject => `account#${accountTag(email)}`)
    entries += await activity.erase([`user#${userId}`, ...subjects], deadline)
  }
  const deleted = await administration.delete(userId, deadline, by, eraseActivity).catch((error: unknown) => {
    if (error instanceof NotFoundError) return undefined
    throw error
  })
  await eraseActivity(deleted?.user)
  if (deleted) return { ...deleted, entries }
  if (entries === 0) throw new NotFoundError('Nothing is stored about a user with this id. It may be erased already.')
  return { revoked: [], entries }
}
