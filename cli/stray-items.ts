import { startDeadline } from '../lib/deadline.ts'
import type { EmailPointer } from '../lib/dynamodb/user-item.ts'
import { ConflictError, NotFoundError } from '../lib/errors.ts'
import { systemClock } from '../lib/system.ts'
import type { User } from '../lib/user.ts'
import { asUnavailable } from './aws.ts'
import { comparePages } from './checks/user-pages.ts'
import { COMMAND_SECONDS, REVOCATION_SECONDS, type Stack } from './stack.ts'

// Items that an interrupted registration, import or deletion leaves: a registration writes the user before the pointer
// of its email, and a deletion deletes the pointer before the user.

/** A registration may still write the pointer of a younger user: no Lambda function runs longer than 15 minutes. */
const MIN_AGE_SECONDS = 900

export interface StrayItems {
  /** Users without a pointer, who cannot sign in. */
  readonly users: User[]
  /** Pointers without a user, which do not reserve their email. */
  readonly pointers: EmailPointer[]
  /** Users without a pointer that are too young to tell. */
  young: number
}

/** `kept`: the item has changed since it was found. */
export type Removal = 'deleted' | 'kept'

/** Finds stray items until the signal is aborted. Costs a Scan of the table and one read unit for each item. */
export async function findStrayItems(
  { client, config }: Pick<Stack, 'client' | 'config'>,
  onProgress: (items: number) => void,
  signal: AbortSignal,
): Promise<StrayItems> {
  const found: StrayItems = { users: [], pointers: [], young: 0 }
  const settled = systemClock() - MIN_AGE_SECONDS
  let items = 0
  try {
    for await (const page of comparePages(client, config.tables.users)) {
      const old = page.withoutPointer.filter(({ createdAt }) => createdAt <= settled)
      found.users.push(...old)
      found.young += page.withoutPointer.length - old.length
      found.pointers.push(...page.withoutUser)
      items += page.items
      onProgress(items)
      if (signal.aborted) break
    }
    return found
  } catch (error) {
    return asUnavailable(error)
  }
}

/**
 * Deletes a user without a pointer, and any session of theirs. The user is disabled first: if a registration writes the
 * pointer at that moment, the second look finds it and the user becomes what it was. Four reads and four writes.
 */
export async function removeUser({ id, email, status, changeId }: User, stack: Stack): Promise<Removal> {
  const { store, revocations, administration } = stack
  const deadline = startDeadline(REVOCATION_SECONDS)
  const hasPointer = async () => (await store.getPointer(email, deadline)) === id
  const beforeChange = (current: User) => {
    if (current.changeId !== changeId) throw new ConflictError()
  }
  try {
    if (await hasPointer()) return 'kept'
    const disabled = await revocations.revokeAllSessions(id, { status: 'disabled' }, deadline, { beforeChange })
    if (!(await hasPointer())) return (await store.delete(id, disabled.user.changeId, deadline)) ? 'deleted' : 'kept'
    await administration.change(id, { status }, deadline)
    return 'kept'
  } catch (error) {
    if (error instanceof ConflictError || error instanceof NotFoundError) return 'kept'
    throw error
  }
}

/**
 * Deletes a pointer that still names the same absent user. Ids are never used again, and a registration writes its user
 * first. One read and one write.
 */
export async function removePointer({ email, ...pointer }: EmailPointer, { store }: Stack): Promise<Removal> {
  const deadline = startDeadline(COMMAND_SECONDS)
  if (await store.get(pointer.userId, deadline)) return 'kept'
  await store.releaseEmail(email, pointer, deadline)
  return 'deleted'
}
