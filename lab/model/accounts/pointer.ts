import type { Rules } from '../rules.ts'
import { get, type Landed, put, remove, type Steps } from './call.ts'
import { ABSENT, any, type Condition, equal, PRESENT } from './item.ts'
import type { Context } from './play.ts'
import { type Claim, change, readUser, readWithClock, TRIES, type UserItem } from './user-item.ts'

// Pointers `email#…`: {userId, claim}. The user item decides: a pointer whose claim its user does not know leads to
// nobody, and is free.

export type Pointer = { readonly userId: string; readonly claim?: string | undefined }

export const pointerKey = (email: string): string => `email#${email}`

/** Of before there were claims, a pointer has none. */
const is = ({ userId, claim }: Pointer): Condition => ({ all: [equal('userId', userId), equal('claim', claim)] })

const isOf = (claim: Claim | undefined, email: string, pointer: Pointer) =>
  claim?.email === email && claim.claim === pointer.claim

/** All that a pointer is to its user: the way back to an address has the claim of its undo. */
export type Standing = 'own' | 'claiming' | 'undo'
export function standingsOf(rules: Rules, email: string, pointer: Pointer, user: UserItem | undefined): Standing[] {
  if (!user) return []
  if (!rules('claimIsLive')) return ['own'] // as before there were claims
  if (user.email === email && user.claim === pointer.claim) return ['own']
  const { claiming, undo, epoch } = user
  const isPending = isOf(claiming, email, pointer) && (!rules('pendingInEpoch') || claiming?.epoch === epoch)
  return [
    ...(isPending && rules('pendingIsLive') ? (['claiming'] as const) : []),
    ...(isOf(undo, email, pointer) && rules('undoIsLive') ? (['undo'] as const) : []),
  ]
}

/** Points an address at a user where the address is free. @returns 'mine', 'taken' or 'busy' */
export function* claimPointer(
  context: Context,
  email: string,
  { id, claim }: Pick<UserItem, 'id'> & { readonly claim: string | undefined },
  landed?: Landed,
): Steps<'mine' | 'taken' | 'busy'> {
  const { rules } = context
  let dead: Pointer | undefined
  for (let tries = 0; tries <= TRIES; tries++) {
    const free = any(ABSENT, is({ userId: id, claim }), dead && is(dead))
    const only = rules('claimOnlyIfFree') ? [free] : [any(ABSENT, PRESENT)]
    const { applied, old } = yield* put(pointerKey(email), { userId: id, claim }, only, { landed })
    if (applied) return 'mine'
    const pointer = old as Pointer
    const { user: holder, now } = yield* readWithClock(pointer.userId)
    const standings = standingsOf(rules, email, pointer, holder)
    const haveExpired = (at: number) =>
      standings.every((standing) => standing !== 'own' && (holder?.[standing]?.until ?? 0) <= at)
    if (holder && standings.length > 0 && haveExpired(now) && rules('lapse')) {
      // They lapse by a write to their user, not by this clock: their own use may be under way.
      if (rules('lapseIsWritten') && !(yield* change(context, holder, { remove: standings }))) continue
    } else if (standings.length > 0) {
      context.tell((seen, play) => {
        if (holder?.id === id && standings.includes('undo'))
          seen.wrong ??= `A2: the address ${email} is refused to the user who holds it`
        if (haveExpired(Number(play.store.clock?.now)))
          seen.wrong ??= `A2: the address ${email} is refused though nobody has it`
      })
      return 'taken'
    }
    dead = pointer
  }
  return 'busy'
}

/** Frees an address, if it is still the claim's. */
export function* releasePointer({ rules }: Context, email: string, user: string, claim: string | undefined) {
  const pointer: Condition = rules('releaseByClaim') ? is({ userId: user, claim }) : equal('userId', user)
  yield* remove(pointerKey(email), [pointer])
}

/** The user who signs in by an address. */
export function* userByEmail({ rules }: Context, email: string): Steps<UserItem | undefined> {
  const pointer = yield* get<Pointer>(pointerKey(email))
  if (!pointer) return undefined
  const user = yield* readUser(pointer.userId)
  if (!rules('addressOfUser')) return user
  return user?.email === email ? user : undefined
}
