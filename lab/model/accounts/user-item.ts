import { get, type Landed, type Play, type Steps, step, update } from './call.ts'
import { type Condition, equal, type Item, type Parts } from './item.ts'
import type { Context } from './play.ts'

// The user item, and the two kinds of writes to it: `change`, and `advance`, which ends an epoch. The sweep has a model
// of its own (`../revoke-all.ts`); here it is one step.

/** A claim on an address beside the user's own: of a change that was asked for, or that may be undone. */
export type Claim = {
  readonly email: string
  /** Absent where the pointer is of before there were claims. */
  readonly claim: string | undefined
  readonly hash?: string
  readonly epoch: number
  /** It has expired when the clock shows this. */
  readonly until: number
}

/** A subject at a provider, as its user item lists it. */
export type Identity = {
  readonly claim: string
  readonly since: number
  /** When its provider issued the newest logout token that names the subject alone. */
  readonly ended?: number
}

export type UserItem = {
  readonly id: string
  readonly email: string
  readonly claim?: string
  readonly verified: boolean
  readonly status: 'active' | 'disabled'
  readonly epoch: number
  readonly changeId: string
  readonly sweep: boolean
  /** The changeIds of the last three advances. */
  readonly last: readonly string[]
  /** Every credential keeps the epoch that it was set in. */
  readonly password?: { readonly hash: string; readonly since: number }
  /** A sign-in by the password must replace it. */
  readonly mustChange?: true
  readonly passkeys: { readonly [id: string]: { readonly handle: string; readonly since: number } }
  readonly counts: { readonly [id: string]: number }
  readonly identities?: { readonly [key: string]: Identity }
  readonly totp?: { readonly id: string; readonly since: number }
  /** What a sign-in writes, apart from the secret. */
  readonly totpStep?: number
  readonly totpBy?: string
  /** A secret that is shown, to be enrolled. */
  readonly pending?: string
  readonly recovery?: { readonly codes: readonly string[]; readonly since: number }
  readonly recoveryBy?: string
  readonly reset?: { readonly hash: string; readonly epoch: number }
  readonly verification?: { readonly hash: string; readonly epoch: number }
  readonly claiming?: Claim
  readonly undo?: Claim
}

/** How often a refused write is made again for the user as it is now: three times in the code. */
export const TRIES = 2
const MOST_LAST = 3

export const userKey = (id: string): string => `user#${id}`
export const readUser = (id: string): Steps<UserItem | undefined> => get<UserItem>(userKey(id))
export const clockOf = ({ store }: Play): number => Number(store.clock?.now ?? 0)

/** Reads the user, and the clock at that instant. */
export function* readWithClock(id: string): Steps<{ user: UserItem | undefined; now: number }> {
  const { item, saw } = yield { kind: 'get', key: userKey(id), look: (play) => ({ now: clockOf(play) }) }
  return { user: item as UserItem | undefined, now: Number(saw?.now) }
}

/** `UserStore.update`. @returns whether the change is written; if not, it may be all the same */
export function* change(
  { fresh, rules }: Context,
  { id, changeId }: UserItem,
  parts: Parts,
  landed?: Landed,
): Steps<boolean> {
  const own = fresh('change')
  const only: Condition[] = rules('updateGuard') ? [equal('changeId', changeId)] : [equal('id', id)]
  const write = { ...parts, set: { ...parts.set, changeId: own } }
  const { applied, repeated, old } = yield* update(userKey(id), write, only, { landed })
  return applied === true || (repeated === true && rules('changeId') && old?.changeId === own)
}

/** `UserStore.advanceEpoch`. @returns its changeId, if it is written */
export function* advance(
  { fresh, rules }: Context,
  { id, changeId, epoch, last }: UserItem,
  parts: Parts,
  landed?: Landed,
): Steps<string | undefined> {
  const own = fresh('change')
  const only: Condition[] = rules('changeIdGuard') ? [equal('changeId', changeId)] : [equal('id', id)]
  const set = { epoch: epoch + 1, changeId: own, sweep: true, last: [own, ...last].slice(0, MOST_LAST) }
  const write = { ...parts, set: { ...parts.set, ...set } }
  const { applied, repeated, old } = yield* update(userKey(id), write, only, { landed })
  const isListed = rules('listedChange') && (old as UserItem | undefined)?.last.includes(own)
  const isOurs = repeated && rules('changeId') && (old?.changeId === own || isListed)
  return applied || isOurs ? own : undefined
}

/** Deletes the rows of lower epochs, then clears the mark under the epoch that was swept. */
export const sweep = (id: string, epoch: number): Steps<Item | undefined> =>
  step('Query sessions', (play) => {
    const isOld = (key: string, row: Item) => key.startsWith(`session#${id}#`) && Number(row.epoch) < epoch
    play.store = Object.fromEntries(Object.entries(play.store).filter(([key, row]) => !isOld(key, row)))
    const user = play.store[userKey(id)]
    if (user?.sweep && user.epoch === epoch) play.store = { ...play.store, [userKey(id)]: { ...user, sweep: false } }
    return undefined
  })

/** An operation that ends all sessions is answered. */
export function answerEnd({ tell }: Context, id: string, epoch: number): void {
  tell((seen) => {
    seen.ended[id] = Math.max(seen.ended[id] ?? 0, epoch)
  })
}

interface Ending {
  /** May refuse. */
  readonly check?: (user: UserItem) => boolean
  /** What is written with the new epoch. */
  readonly parts?: (user: UserItem) => Parts
  readonly landed?: Landed
}

/** `Revocations.revokeAllSessions`. @returns the user before, and what was written */
export function* endAll(
  context: Context,
  id: string,
  { check, parts, landed }: Ending = {},
): Steps<{ before: UserItem; epoch: number; changeId: string } | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = yield* readUser(id)
    if (!before || check?.(before) === false) return undefined
    const changeId = yield* advance(context, before, parts?.(before) ?? {}, landed)
    if (!changeId) continue
    const epoch = before.epoch + 1
    yield* sweep(id, epoch)
    return { before, epoch, changeId }
  }
  return undefined
}
