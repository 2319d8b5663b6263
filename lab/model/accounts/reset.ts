import { get, type Landed, put, remove, type Steps, step } from './call.ts'
import { purgeParts } from './first-proof.ts'
import type { Operation } from './play.ts'
import { userByEmail } from './pointer.ts'
import { freed } from './required-password.ts'
import { refuse, use } from './seen.ts'
import { advance, answerEnd, change, readUser, sweep, TRIES } from './user-item.ts'

// POST /auth/password/reset and /auth/password/reset/complete. The user item has `reset` {hash, epoch}; the link names
// the user.

const ORDER = 'outbox#reset'

/** An order of a mail, without any secret. */
export type MailOrder = { readonly email: string; readonly userId?: string; readonly epoch?: number }

export const requestReset = (): Operation => ({
  name: 'request reset',
  *run() {
    yield* put(ORDER, { email: 'a' }, [])
    return '202'
  },
})

/** A mail leaves, with a secret. */
export const mail = (secret: string, kind: string, epoch: number): Steps<unknown> =>
  step(`mails ${kind}`, ({ seen }) => {
    seen.mails.push({ secret, for: kind, epoch })
    return undefined
  })

/** The stream function that makes the secret: at least once for each order. */
export const mailReset = (name: string): Operation => ({
  name,
  ready: ({ store }) => store[ORDER] !== undefined,
  *run(context) {
    const order = yield* get<MailOrder>(ORDER)
    if (!order) return 'nothing to do'
    for (let tries = 0; tries < TRIES; tries++) {
      const user = yield* userByEmail(context, order.email)
      if (user?.status !== 'active') break
      const secret = context.rules('freshSecret') ? context.fresh('L') : 'L.order'
      const reset = { hash: secret, epoch: user.epoch }
      const landed: Landed = (seen) => {
        if (seen.usedBy[secret]) seen.wrong ??= `I10: ${secret} is armed again after it was used`
      }
      if (!(yield* change(context, user, { set: { reset } }, landed))) continue
      yield* mail(secret, 'reset', user.epoch)
      break
    }
    yield* remove(ORDER, [])
    return 'done'
  },
})

/** @param which the link: `L0`, or the newest that was mailed */
export const completeReset = (name: string, which: 'L0' | 'newest', password: string): Operation => ({
  name,
  ready: ({ seen }) => seen.mails.some((sent) => sent.for === 'reset'),
  *run(context) {
    const { rules, tell } = context
    const picked = yield* step('opens the link', ({ seen }) => ({
      link: which === 'L0' ? which : (seen.mails.findLast((sent) => sent.for === 'reset')?.secret ?? ''),
    }))
    const link = picked?.link ?? ''
    for (let tries = 0; tries < TRIES; tries++) {
      const user = yield* readUser('U')
      const isBound = !rules('boundToEpoch') || user?.reset?.epoch === user?.epoch
      if (user?.status !== 'active' || user.reset?.hash !== link || !isBound) {
        if (user) tell((seen) => refuse(seen, link, name))
        return '410'
      }
      const { set, remove: gone } = purgeParts(context, user, ['password'])
      const parts = {
        set: { ...set, password: { hash: password, since: user.epoch + 1 } },
        remove: [...gone, 'reset', ...freed(context)],
      }
      const changeId = yield* advance(context, user, parts, (seen, now, before) => {
        use(seen, link, name)
        if (before?.verified && before.totp && !now?.totp)
          seen.wrong ??= 'A3: a reset takes the second factor of a proven account'
        const armed = seen.mails.find(({ secret }) => secret === link)
        if ((seen.ended.U ?? 0) > (armed?.epoch ?? 0))
          seen.wrong ??= `I3: the link ${link} works after an end of all sessions was answered`
        if (before?.status !== 'active') seen.wrong ??= 'a disabled user is changed by a reset'
      })
      if (!changeId) continue
      yield* sweep('U', user.epoch + 1)
      answerEnd(context, 'U', user.epoch + 1)
      tell((seen) => {
        seen.reset = true
        seen.proven = true
      })
      return '204'
    }
    return '409'
  },
})
