import { put, remove, type Steps } from './call.ts'
import { ABSENT, type Item } from './item.ts'
import type { Context } from './play.ts'
import type { Held } from './seen.ts'
import { readUser, sweep, type UserItem } from './user-item.ts'

/** The session of the beginning. */
export const FIRST = 'session#U#0'

/** Session ids that a create tries. */
const CREATE_TRIES = 2

/** Create session (`../new-session.ts`). @returns its key; `undefined` if all sessions were revoked meanwhile */
export function* newSession({ fresh, rules }: Context, { id, epoch }: UserItem, held: Held): Steps<string | undefined> {
  for (let tries = 0; tries < CREATE_TRIES; tries++) {
    const key = `session#${id}#${fresh('s')}`
    const row: Item = { epoch, ...held }
    const { applied, lost } = yield* put(key, row, [ABSENT], { once: true })
    if (lost) continue
    if (!applied) return undefined
    const again = yield* readUser(id)
    if (!rules('secondRead') || (again?.status === 'active' && again.epoch <= epoch)) return key
    yield* remove(key, [])
    return undefined
  }
  return undefined
}

/** The last step of an operation that signs in. */
export function hand({ tell }: Context, key: string, held: Held): void {
  tell((seen) => {
    seen.held[key] = held
  })
}

/** A sign-in finishes the sweep of an end-all that somebody else has begun. */
export function* finishPending({ rules }: Context, { id, epoch, sweep: isPending }: UserItem): Steps<void> {
  if (isPending && rules('finishBeforeAnswer')) yield* sweep(id, epoch)
}

/** The user of the first session, if the session stands (`isBackedBy`). */
export function* userOfSession({ rules }: Context, id: string): Steps<UserItem | undefined> {
  const { item: row } = yield { kind: 'get', key: FIRST }
  if (!row) return undefined
  const user = yield* readUser(id)
  if (user?.status !== 'active' || (rules('staleCheck') && Number(row.epoch) < user.epoch)) return undefined
  return user
}
