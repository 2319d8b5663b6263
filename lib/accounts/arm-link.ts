import type { Deadline } from '../deadline.ts'
import { ConflictError } from '../errors.ts'
import type { UserStore } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { ID_LENGTH, type RandomText } from '../system.ts'
import type { User } from '../user.ts'
import type { UserChange } from '../user-change.ts'

/** A further try is needed only if another request changed the user in between. */
const MAX_ARM_TRIES = 5

/** A link that is to be mailed. */
export interface ArmedLink {
  /** The user whose item keeps the hash of the link's secret, as read before. */
  readonly user: User
  readonly token: Secret
}

/**
 * Makes the link of a mail: writes the hash of its secret to the user as read, so that the link of the latest mail works.
 * One read of the user and a write; as many more with each further try.
 * @param linkOf makes a new secret and the change that keeps its hash; `undefined`: the user gets no link
 * @throws ConflictError if other requests kept changing the user.
 */
export async function armLink(
  { store, randomText }: { store: Pick<UserStore, 'update'>; randomText: RandomText },
  readUser: () => Promise<User | undefined>,
  linkOf: (user: User) => { readonly change: UserChange; readonly token: Secret } | undefined,
  deadline: Deadline,
): Promise<ArmedLink | undefined> {
  for (let tries = 0; tries < MAX_ARM_TRIES; tries++) {
    const user = await readUser()
    const made = user && linkOf(user)
    if (!user || !made) return undefined
    if (await store.update(user.id, user.changeId, randomText(ID_LENGTH), made.change, deadline))
      return { user, token: made.token }
  }
  throw new ConflictError()
}
