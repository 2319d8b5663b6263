import { UNDO_ORDER } from './address-change.ts'
import { get, remove, step } from './call.ts'
import type { Value } from './item.ts'
import type { Operation } from './play.ts'
import { releasePointer } from './pointer.ts'
import type { MailOrder } from './reset.ts'
import { refuse, use } from './seen.ts'
import { advance, answerEnd, change, readUser, readWithClock, sweep, TRIES, type UserItem } from './user-item.ts'

/** The stream function that makes the secret of the link to the old address. An order waits for its change. */
export const mailUndo = (): Operation => ({
  name: 'mail undo',
  ready: ({ store }) => store[UNDO_ORDER] !== undefined,
  *run(context) {
    const order = yield* get<MailOrder & { readonly claim: string }>(UNDO_ORDER)
    if (!order) return 'nothing to do'
    for (let tries = 0; tries < TRIES; tries++) {
      const user = yield* readUser('U')
      const { undo, claiming } = user ?? {}
      if (undo?.email !== order.email || (undo.claim ?? '') !== order.claim) {
        if (user?.status === 'active' && claiming?.epoch === user.epoch) return 'delivered again later'
        break
      }
      const secret = context.fresh('U')
      if (!user || !(yield* change(context, user, { set: { 'undo.hash': secret } }))) continue
      yield* step('mails undo', ({ seen }) => {
        seen.mails.push({ secret, for: `undo ${undo.email}`, epoch: undo.epoch, until: undo.until })
        return undefined
      })
      break
    }
    yield* remove(UNDO_ORDER, [])
    return 'done'
  },
})

/** What goes with an undo: every credential that was set since the change. */
function setSince({ password, passkeys, counts, totp, recovery, identities = {} }: UserItem, epoch: number) {
  const linked = Object.keys(identities).filter((key) => (identities[key]?.since ?? 0) < epoch)
  const kept = Object.keys(passkeys).filter((id) => (passkeys[id]?.since ?? 0) < epoch)
  const only = <Kind extends Value>(all: { readonly [id: string]: Kind }) =>
    Object.fromEntries(kept.flatMap((id) => (id in all ? [[id, all[id]]] : [])))
  return {
    set: {
      ...{ passkeys: only(passkeys), counts: only(counts) },
      identities: Object.fromEntries(linked.map((key) => [key, identities[key]])),
    },
    remove: [
      ...(password && password.since >= epoch ? ['password'] : []),
      ...(totp && totp.since >= epoch ? ['totp', 'totpStep', 'totpBy'] : []),
      ...(recovery && recovery.since >= epoch ? ['recovery'] : []),
    ],
  }
}

/** POST /auth/email/undo, by the link that was mailed to the old address. */
export const undoChange = (name: string, email = 'a'): Operation => ({
  name,
  ready: ({ seen }) => seen.mails.some((sent) => sent.for === `undo ${email}`),
  *run(context) {
    const { rules, tell } = context
    const mailed = yield* step('opens the link', ({ seen }) => {
      const sent = seen.mails.find((each) => each.for === `undo ${email}`)
      return { link: sent?.secret ?? '', until: sent?.until ?? 0 }
    })
    const { link, until } = mailed ?? { link: '', until: 0 }
    for (let tries = 0; tries < TRIES; tries++) {
      const { user, now } = yield* readWithClock('U')
      const { undo } = user ?? {}
      const isBound = rules('undoOutlives') || undo?.epoch === user?.epoch
      if (user?.status !== 'active' || !undo || undo.hash !== link || !isBound || undo.until <= now) {
        tell((seen) => {
          if (user) refuse(seen, link, name)
          const isLeft = user?.status === 'active' && user.email !== email && (!isBound || undo?.email !== email)
          if (isLeft && now < until && !seen.usedBy[link])
            seen.wrong ??= 'A5: an undo is refused though nobody has used it and it has not expired'
        })
        return '410'
      }
      const since = rules('undoSince') ? setSince(user, undo.epoch) : { set: {}, remove: [] }
      const parts = {
        set: { ...since.set, email: undo.email, claim: undo.claim, verified: true },
        remove: [...since.remove, 'undo', 'claiming', 'reset', 'verification', 'pending'],
      }
      const landed = (seen: Parameters<typeof use>[0]) => {
        use(seen, link, name)
        seen.undone = true
      }
      if (!(yield* advance(context, user, parts, landed))) continue
      yield* sweep('U', user.epoch + 1)
      yield* releasePointer(context, user.email, 'U', user.claim)
      answerEnd(context, 'U', user.epoch + 1)
      return '204'
    }
    return '409'
  },
})
