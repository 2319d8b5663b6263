import { get, put, remove, type Steps } from './call.ts'
import { purgeParts } from './first-proof.ts'
import { ABSENT, any, type Condition, equal, PRESENT } from './item.ts'
import type { Context } from './play.ts'
import { claimPointer, type Pointer, pointerKey, standingsOf } from './pointer.ts'
import { finishPending } from './session.ts'
import { advance, answerEnd, change, readUser, sweep, TRIES, type UserItem, userKey } from './user-item.ts'

// Identities: a subject at a provider. The pointer `oidc#…` is {userId, claim}; the user item lists its identities, each
// with the claim of its pointer. A user lists an identity before the pointer is claimed, however it comes to it.

export const identityKey = (key: string): string => `oidc#${key}`

const isListed = (key: string, { claim }: Pointer, user: UserItem | undefined) =>
  user !== undefined && user.identities?.[key]?.claim === claim

/** Points an identity at a user who lists it, if the identity is free. @returns 'mine', 'taken' or 'busy' */
export function* claimIdentity(
  context: Context,
  key: string,
  { userId, claim = '' }: Pointer,
): Steps<'mine' | 'taken' | 'busy'> {
  let dead: Condition | undefined
  for (let tries = 0; tries <= TRIES; tries++) {
    const only = context.rules('identityIfFree') ? [any(ABSENT, equal('claim', claim), dead)] : [any(ABSENT, PRESENT)]
    const { applied, old } = yield* put(identityKey(key), { userId, claim }, only)
    if (applied) return 'mine'
    const pointer = old as Pointer
    const holder = yield* readUser(pointer.userId)
    if (isListed(key, pointer, holder)) return 'taken'
    if (holder) yield* finishPending(context, holder) // a logout of the subject will not find this user any more
    dead = equal('claim', pointer.claim)
  }
  return 'busy'
}

/** The user to whom an identity leads; the user item decides. */
export function* userByIdentity({ rules }: Context, key: string): Steps<UserItem | undefined> {
  const pointer = yield* get<Pointer>(identityKey(key))
  const user = pointer && (yield* readUser(pointer.userId))
  return pointer && (isListed(key, pointer, user) || !rules('identityListed')) ? user : undefined
}

/** Frees an identity, if it is still the claim's. */
export function* releaseIdentity({ rules }: Context, key: string, user: string, claim: string | undefined) {
  yield* remove(identityKey(key), [rules('identityByClaim') ? equal('claim', claim) : equal('userId', user)])
}

/** Who signs in for the first time, with an address that the provider has verified. */
export interface Newcomer {
  readonly key: string
  readonly email: string
}

type Found = UserItem | 'again' | '409' | '503'

/**
 * The user of a first sign-in: a new one; one of a first sign-in that stopped; or the account that has the address
 * without ever having proved it.
 * @returns 'again' if another request was faster, or the answer
 */
export function* firstSignIn(context: Context, { key, email }: Newcomer): Steps<Found> {
  const pointer = yield* get<Pointer>(pointerKey(email))
  const holder = pointer && (yield* readUser(pointer.userId))
  const standings = pointer ? standingsOf(context.rules, email, pointer, holder) : []
  if (!holder || standings.length === 0) return yield* newUser(context, { key, email })
  const listed = holder.identities?.[key]
  if (listed) {
    const whose = yield* claimIdentity(context, key, { userId: holder.id, claim: listed.claim })
    return whose === 'mine' ? holder : 'again'
  }
  if (holder.verified && context.rules('onlyUnproven')) return '409'
  if (!standings.includes('own') || holder.status !== 'active') return '409'
  return yield* takeOver(context, holder, key)
}

/** The account that never proved the address gives way: all that was set before goes, with its sessions. */
function* takeOver(context: Context, holder: UserItem, key: string): Steps<Found> {
  const epoch = holder.epoch + 1
  const identity = { claim: context.fresh('k'), since: epoch }
  const { set, remove: gone } = purgeParts(context, holder)
  const parts = {
    set: {
      ...set,
      identities: { ...((set.identities ?? holder.identities) as UserItem['identities']), [key]: identity },
    },
    remove: gone,
  }
  const isWritten = yield* (context.rules('takeoverEnds') ? advance : change)(
    context,
    holder,
    parts,
    (seen, _, before) => {
      if (before?.verified) seen.wrong ??= 'O3: a proven account is taken over by an address'
    },
  )
  if (!isWritten) return 'again'
  if (context.rules('takeoverEnds')) {
    yield* sweep(holder.id, epoch)
    answerEnd(context, holder.id, epoch)
  }
  const whose = yield* claimIdentity(context, key, { userId: holder.id, claim: identity.claim })
  return whose === 'mine' ? ((yield* readUser(holder.id)) ?? 'again') : 'again'
}

/** A new account: its item, the address, then the identity. */
function* newUser(context: Context, { key, email }: Newcomer): Steps<Found> {
  const { fresh, rules } = context
  const [claim, identity] = [fresh('claim'), { claim: fresh('k'), since: 0 }]
  const user: UserItem = {
    ...{ id: fresh('V'), email, claim, verified: true, status: 'active', epoch: 0, changeId: fresh('change') },
    ...{ sweep: false, last: [], passkeys: {}, counts: {}, identities: { [key]: identity } },
  }
  const made = yield* put(userKey(user.id), user, [ABSENT], { once: true })
  if (!made.applied) return '503'
  const claims = [
    () => claimPointer(context, email, { id: user.id, claim }),
    () => claimIdentity(context, key, { userId: user.id, claim: identity.claim }),
  ]
  for (const each of rules('addressFirst') ? claims : claims.reverse()) {
    if ((yield* each()) === 'mine') continue
    // What the user item lists, a second tab may have claimed and signed in by.
    yield* remove(userKey(user.id), [equal('changeId', user.changeId)])
    return 'again'
  }
  return user
}
