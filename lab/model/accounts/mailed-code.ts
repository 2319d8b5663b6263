import { get, type Steps, step, update } from './call.ts'
import { purgeParts } from './first-proof.ts'
import { below, none, PRESENT } from './item.ts'
import { type OneTimeRow, useUp } from './one-time.ts'
import type { Context, Operation } from './play.ts'
import { userByEmail } from './pointer.ts'
import { mail } from './reset.ts'
import { make } from './seen.ts'
import { afterFirstFactor } from './sign-in.ts'
import { advance, answerEnd, sweep, type UserItem } from './user-item.ts'

// POST /auth/login/code and /auth/login/code/complete. The row of a challenge is known by the cookie of the browser that
// asked, and is the order of the mail, too. The code is not stored: it is an HMAC over the row, the user and the epoch.

type CodeChallenge = OneTimeRow & { readonly email: string; readonly tries: number }

/** Wrong codes that a challenge takes. */
const CODE_TRIES = 2
const rowKey = (cookie: string) => `challenge#${cookie}`

function codeOf({ rules }: Context, cookie: string, { id, epoch }: UserItem): string {
  return `code/${rules('codeOfChallenge') ? cookie : ''}/${id}/${rules('epochInCode') ? epoch : ''}`
}

/** The stream function that mails the code: the same one each time it runs in one epoch. */
export const mailCode = (name: string, cookie = 'C0'): Operation => ({
  name,
  *run(context) {
    const row = yield* get<CodeChallenge>(rowKey(cookie))
    if (!row || row.used) return 'nothing to do'
    const user = yield* userByEmail(context, row.email)
    if (user?.status !== 'active') return 'nobody'
    yield* mail(codeOf(context, cookie, user), `code ${cookie}`, user.epoch)
    return 'mailed'
  },
})

/** @returns the row, once a try of it is taken */
function* takeTry({ rules }: Context, key: string): Steps<CodeChallenge | undefined> {
  const row = yield* get<CodeChallenge>(key)
  if (!row || row.used || row.tries >= CODE_TRIES) return undefined
  if (!rules('tryFirst')) return row
  if (!rules('atomicTry')) {
    yield* update(key, { set: { tries: row.tries + 1 } }, [PRESENT])
    return row
  }
  const only = [PRESENT, none('used'), below('tries', CODE_TRIES)]
  const { applied } = yield* update(key, { count: 'tries' }, only)
  return applied ? row : undefined
}

/** @param typed the code that was mailed to this or another browser, or a guess */
export const completeCode = (name: string, typed: 'C0' | 'C1' | 'guess', cookie = 'C0'): Operation => ({
  name,
  ready: ({ seen }) => typed === 'guess' || seen.mails.some((sent) => sent.for === `code ${typed}`),
  *run(context) {
    const { rules, tell } = context
    const mailed = yield* step('types a code', ({ seen }) => {
      const sent = seen.mails.findLast((each) => each.for === `code ${typed}`)
      return { code: sent?.secret ?? name, epoch: sent?.epoch ?? 0, ended: seen.ended.U ?? 0 }
    })
    const { code, epoch, ended } = mailed ?? { code: name, epoch: 0, ended: 0 }
    const row = yield* takeTry(context, rowKey(cookie))
    if (!row) return '429'
    const user = yield* userByEmail(context, row.email)
    tell((seen) => {
      seen.compared[cookie] = (seen.compared[cookie] ?? 0) + 1
      if (seen.compared[cookie] > CODE_TRIES) seen.wrong ??= `I7: more codes are compared than ${cookie} has tries`
    })
    if (!rules('tryFirst')) yield* update(rowKey(cookie), { count: 'tries' }, [PRESENT])
    if (user?.status !== 'active' || code !== codeOf(context, cookie, user)) return '401'
    if (!(yield* useUp(context, rowKey(cookie), cookie))) return '401'
    let current = user
    if (!user.verified && rules('firstProof')) {
      const parts = purgeParts(context, user)
      if (!(yield* advance(context, user, parts))) return '409'
      yield* sweep('U', user.epoch + 1)
      answerEnd(context, 'U', user.epoch + 1)
      const { totp: _, password: __, ...rest } = user
      current = { ...rest, verified: true, epoch: user.epoch + 1, sweep: false }
    }
    const outcome = yield* afterFirstFactor(context, current, 'code')
    if (outcome === 'conflict') return '409'
    tell((seen) => {
      seen.proven = true
      if (typed !== cookie) seen.wrong ??= 'A6: a code signs in a browser that has not asked for it'
      if (epoch < ended) seen.wrong ??= 'I3: a code signs in that was mailed before an end of all sessions was answered'
      make(seen, cookie, 'sessions')
    })
    return outcome === 'session' ? '200' : '403'
  },
})
