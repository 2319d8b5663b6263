import { get, put, remove, type Steps, step } from './call.ts'
import type { Context, Operation } from './play.ts'
import { claimPointer, releasePointer } from './pointer.ts'
import { type MailOrder, mail } from './reset.ts'
import { refuse, use } from './seen.ts'
import { userOfSession } from './session.ts'
import {
  advance,
  answerEnd,
  type Claim,
  change,
  clockOf,
  readWithClock,
  sweep,
  TRIES,
  type UserItem,
} from './user-item.ts'

// PUT /auth/email and /auth/email/complete. The user item has `claiming` while a change is asked for, and `undo` while one
// may be undone (`address-undo.ts`). A pointer to the old address stays as long as its `undo` does.

const ORDER = 'outbox#address'
export const UNDO_ORDER = 'outbox#undo'

/** Asks for a change; the order carries the epoch of the session that asked. */
export const askForChange = (): Operation => ({
  name: 'ask for b',
  *run(context) {
    const user = yield* userOfSession(context, 'U')
    if (!user || user.email === 'b') return '401'
    yield* put(ORDER, { email: 'b', userId: 'U', epoch: user.epoch }, [])
    return '202'
  },
})

/** The claim of a change: of the way back, the claim of the undo, so that the pointer stays as it is. */
function claimingOf({ fresh, rules }: Context, { undo, epoch }: UserItem, email: string, now: number): Claim {
  const isBack = undo?.email === email && rules('backByUndoClaim')
  const claim = isBack ? undo.claim : rules('freshClaim') ? fresh('claim') : `claim.${email}`
  return { email, claim, hash: fresh('E'), epoch, until: now + 1 }
}

/** The stream function that makes the secret. */
export const mailChange = (name: string): Operation => ({
  name,
  ready: ({ store }) => store[ORDER] !== undefined,
  *run(context) {
    const order = yield* get<MailOrder>(ORDER)
    if (!order) return 'nothing to do'
    for (let tries = 0; tries < TRIES; tries++) {
      const { user, now } = yield* readWithClock('U')
      if (user?.status !== 'active') break
      if (context.rules('orderInEpoch') && user.epoch !== order.epoch) break
      const claiming = claimingOf(context, user, order.email, now)
      if (!(yield* change(context, user, { set: { claiming } }))) continue
      yield* mail(claiming.hash ?? '', 'address', Number(order.epoch))
      break
    }
    yield* remove(ORDER, [])
    return 'done'
  },
})

/** The claim that may be undone, after this change: the first one that is open. */
function undoAfter({ rules }: Context, user: UserItem, to: string, now: number): Claim | undefined {
  const { undo, email, claim, verified, epoch } = user
  if (undo && undo.until > now && rules('firstUndoWins')) return undo.email === to ? undefined : undo
  if (!verified) return undefined
  return { email, claim, epoch: epoch + 1, until: now + 1 }
}

/** Orders the mail to the old address, with what tells its undo from others. */
function* orderUndo({ email, claim = '' }: Claim): Steps<void> {
  yield* put(UNDO_ORDER, { email, claim }, [])
}

/** The old addresses that neither the user nor an undo has any more. */
function leftBy({ email, claim, undo }: UserItem, to: string, next: Claim | undefined) {
  const all = [{ email, claim }, ...(undo ? [undo] : [])]
  return all.filter((old) => old.email !== to && old.email !== next?.email)
}

function* complete(context: Context, link: string): Steps<string> {
  const { rules, tell, name } = context
  for (let tries = 0; tries < TRIES; tries++) {
    const { user, now } = yield* readWithClock('U')
    const { claiming } = user ?? {}
    const isBound = !rules('boundToEpoch') || claiming?.epoch === user?.epoch
    if (user?.status !== 'active' || !claiming || claiming.hash !== link || !isBound || claiming.until <= now) {
      if (user) tell((seen) => refuse(seen, link, name))
      return '410'
    }
    const { email, claim } = claiming
    const undo = undoAfter(context, user, email, now)
    const write = function* () {
      const set = { email, claim, verified: true, ...(undo && { undo }) }
      const parts = { set, remove: ['claiming', ...(undo ? [] : ['undo'])] }
      return yield* advance(context, user, parts, (seen) => {
        use(seen, link, name)
        const asked = seen.mails.find(({ secret }) => secret === link)
        if ((seen.ended.U ?? 0) > (asked?.epoch ?? 0))
          seen.wrong ??= `I3: the link ${link} works after an end of all sessions was answered`
      })
    }
    const release = function* () {
      for (const old of leftBy(user, email, undo)) yield* releasePointer(context, old.email, 'U', old.claim)
    }
    const isNew = undo && undo !== user.undo
    if (!rules('releaseLast')) yield* release()
    if (rules('claimFirst')) {
      if ((yield* claimPointer(context, email, { id: 'U', claim })) !== 'mine') return '409'
      if (isNew && rules('orderFirst')) yield* orderUndo(undo)
      if (!(yield* write())) continue
    } else {
      if (!(yield* write())) continue
      if ((yield* claimPointer(context, email, { id: 'U', claim })) !== 'mine') return '409'
    }
    if (isNew && !rules('orderFirst')) yield* orderUndo(undo)
    yield* sweep('U', user.epoch + 1)
    if (rules('releaseLast')) yield* release()
    answerEnd(context, 'U', user.epoch + 1)
    tell((seen) => {
      seen.left ??= user.email
    })
    return '204'
  }
  return '409'
}

/** @param by a person with the first session or one made just before, or the owner of the new address, who has none */
export const completeChange = (name: string, by: 'user' | 'user anew' | 'stranger' = 'user'): Operation => ({
  name,
  ready: ({ seen }) => seen.mails.some((sent) => sent.for === 'address'),
  *run(context) {
    const picked = yield* step('opens the link', ({ seen }) => ({
      link: seen.mails.findLast((sent) => sent.for === 'address')?.secret ?? '',
    }))
    if (by === 'user' && !(yield* userOfSession(context, 'U'))) return '401'
    if (by === 'stranger' && context.rules('proofInSession')) return '401'
    const answer = yield* complete(context, picked?.link ?? '')
    if (by === 'stranger' && answer === '204')
      context.tell((seen) => {
        seen.wrong ??= 'A4: an address is proven for an account by a person who is not signed in to it'
      })
    return answer
  },
})

/** Asks for a change and opens its link at once, with a session of the newest epoch. */
export const changeTo = (email: string): Operation => ({
  name: `change to ${email}`,
  ready: ({ store }) => store['user#U'] !== undefined && store['user#U']?.email !== email,
  *run(context) {
    const { user, now } = yield* readWithClock('U')
    if (user?.status !== 'active' || user.email === email) return '401'
    const claiming = claimingOf(context, user, email, now)
    if (!(yield* change(context, user, { set: { claiming } }))) return '409'
    context.tell(({ mails }) => {
      mails.push({ secret: claiming.hash ?? '', for: `address ${email}`, epoch: user.epoch })
    })
    return yield* complete(context, claiming.hash ?? '')
  },
})

/** Every claim that may expire does. */
export const time = (): Operation => ({
  name: 'time',
  *run() {
    yield* step('passes', (play) => {
      play.store = { ...play.store, clock: { now: clockOf(play) + 1 } }
      return undefined
    })
    return '-'
  },
})
