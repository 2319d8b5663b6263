import { get, type Landed, type Play, remove, type Steps, step, update } from '../accounts/call.ts'
import { below, type Item, none, PRESENT } from '../accounts/item.ts'
import type { Context, Operation } from '../accounts/play.ts'
import { FIRST } from '../accounts/session.ts'

// A session that is bound to a device (W3C, Device Bound Session Credentials): the row has the thumbprint
// of the key (`boundKey`), a random secret (`boundSecret`), the time inside the newest challenge of which a proof was
// accepted (`proofAt`), and when its first refresh has shown that the browser has its binding (`boundFrom`). The bound
// cookie is a ticket: its end, authenticated with the row's secret. Times are ticks of `clock`; challenges count on.

/** How long a ticket is good. */
const LIFE = 2
/** Longer than requests stay in flight. */
const GRACE = 1
/** Challenges that a browser asks for before it gives up. */
const TRIES = 3

export interface Row extends Item {
  readonly boundKey?: string
  readonly boundSecret?: string
  readonly proofAt?: number
  readonly boundFrom?: number
  /** The end of the newest ticket: nobody needs it, unless `ownUntil` is left out. */
  readonly newest?: number
}

/** The cookies of the browser, or of a thief's copy. */
export interface Jar extends Item {
  readonly until?: number
  readonly secret?: string
}

const tickOf = ({ store }: Play): number => Number(store.clock?.tick)

/** Changes what somebody outside the tables has. */
function note(play: Play, key: string, item: Item): void {
  play.storeText = ''
  play.store = { ...play.store, [key]: { ...play.store[key], ...item } }
}

/** The server signs a challenge with its time, which no other challenge has. */
const challenge = (): Steps<{ at: number } | undefined> =>
  step('asks for a challenge', (play) => {
    const at = Number(play.store.clock?.challenges) + 1
    note(play, 'clock', { challenges: at })
    return { at }
  })

/** A response arrives: the browser keeps the ticket that ends last. */
function* receive(until: number, secret: string): Steps<void> {
  yield* step('receives the ticket', (play) => {
    if (until >= Number((play.store.browser as Jar).until ?? 0)) note(play, 'browser', { until, secret })
    return undefined
  })
}

const tick = (): Steps<{ tick: number } | undefined> => step('reads its clock', (play) => ({ tick: tickOf(play) }))

/** POST /auth/device: binds the session to a key, and answers with the first ticket. */
export const register = (name: string, key: string): Operation => ({
  name,
  *run({ rules, fresh }) {
    const { at = 0 } = (yield* challenge()) ?? {}
    const now = (yield* tick())?.tick ?? 0
    const secret = fresh('b')
    const only = rules('bindOnce') ? [PRESENT, none('boundKey')] : [PRESENT]
    const landed: Landed = (seen, _, before) => {
      if (before?.boundKey !== undefined && before.boundKey !== key)
        seen.wrong ??= 'D3: a bound session changes its key'
    }
    const set = { boundKey: key, boundSecret: secret, proofAt: at, newest: now + LIFE }
    const { applied } = yield* update(FIRST, { set }, only, { landed, once: true })
    if (!applied) return '409'
    if (key === 'device') yield* receive(now + LIFE, secret)
    return '200'
  },
})

/** One proof of a challenge: the renewal of a bound session. @returns the row if it was accepted */
function* prove({ rules }: Context, at: number, now: number): Steps<Row | 'again' | undefined> {
  const row = yield* get<Row>(FIRST)
  if (!row?.boundSecret) return undefined
  const set = { proofAt: at, newest: now + LIFE, ...(row.boundFrom === undefined && { boundFrom: now }) }
  const landed: Landed = (seen) => {
    const proof = `proof of ${at}`
    if (seen.usedBy[proof]) seen.wrong ??= 'I10: a proof is accepted twice'
    seen.usedBy[proof] = 'refresh'
  }
  const only = [rules('proofOnce') ? below('proofAt', at) : PRESENT] // a row that is gone has no `proofAt`
  const { applied, lost } = yield* update(FIRST, { set }, only, { landed, once: true })
  if (applied) return row
  if (lost) return 'again'
  return (yield* get(FIRST)) ? 'again' : undefined
}

/** POST /auth/device/refresh of one tab: a refused proof is answered with the next challenge. */
export const refresh = (name: string): Operation => ({
  name,
  ready: ({ store }) => store.browser?.secret !== undefined,
  *run(context) {
    for (let tries = 0; tries < TRIES; tries++) {
      const { at = 0 } = (yield* challenge()) ?? {}
      const now = (yield* tick())?.tick ?? 0
      const proven = yield* prove(context, at, now)
      if (proven === undefined) return '401'
      if (proven === 'again') continue
      yield* receive(now + LIFE, String(proven.boundSecret))
      return '200'
    }
    return '403'
  },
})

/** Whether a check admits a request with these cookies. */
function admits({ rules }: Pick<Context, 'rules'>, row: Row | undefined, jar: Jar, now: number): boolean {
  if (!row) return false
  const from = rules('afterRefresh') ? row.boundFrom : row.boundKey === undefined ? undefined : 0
  if (from === undefined || now <= from + GRACE) return true
  if (jar.secret !== row.boundSecret) return false
  const until = rules('ownUntil') ? Number(jar.until ?? -1) : Number(row.newest ?? -1)
  return now <= until + (rules('ticketGrace') ? GRACE : 0)
}

/** A request of the browser, which sends none while its ticket is past its end. */
export const request = (name: string): Operation => ({
  name,
  ready: (play) => tickOf(play) <= Number(play.store.browser?.until ?? Number.POSITIVE_INFINITY),
  *run(context) {
    const sent = yield* step('sends a request', (play) => ({
      ...play.store.browser,
      at: tickOf(play),
      isEnded: Object.keys(play.seen.ended).length,
    }))
    const answer = yield { kind: 'get', key: FIRST, look: (play) => ({ tick: tickOf(play) }) }
    const now = Number(answer.saw?.tick)
    const isAdmitted = admits(context, answer.item as Row | undefined, sent as Jar, now)
    context.tell((seen) => {
      if (isAdmitted && sent?.isEnded) seen.wrong ??= 'I1: a revoked session is admitted'
      const isInFlight = now - Number(sent?.at) <= GRACE
      if (!isAdmitted && answer.item && isInFlight) seen.wrong ??= 'I2: a valid session is refused'
    })
    return isAdmitted ? '200' : '401'
  },
})

/** A thief with a copy of the cookies, but not of the key. */
export const steal = (name: string): Operation => ({
  name,
  *run(context) {
    const copied = yield* step('copies the cookies', ({ store }) => ({ ...store.browser }))
    const answer = yield { kind: 'get', key: FIRST, look: (play) => ({ tick: tickOf(play) }) }
    const row = answer.item as Row | undefined
    const now = Number(answer.saw?.tick)
    const isLate = now > Number(copied?.until ?? -1) + GRACE
    const isBound = row?.boundFrom !== undefined && now > row.boundFrom + GRACE
    const isAdmitted = admits(context, row, copied as Jar, now)
    context.tell((seen) => {
      if (isAdmitted && isBound && isLate) seen.wrong ??= 'D1: a copied ticket is admitted after its end'
    })
    return isAdmitted ? '200' : '401'
  },
})

/** The thief sends a proof that was seen on its way once more. */
export const replay = (name: string, at: number): Operation => ({
  name,
  ready: ({ seen }) => seen.usedBy[`proof of ${at}`] !== undefined,
  *run(context) {
    const now = (yield* tick())?.tick ?? 0
    return (yield* prove(context, at, now)) ? '200' : '403'
  },
})

export const revoke: Operation = {
  name: 'revoke',
  *run({ tell }) {
    yield* remove(FIRST, [])
    tell((seen) => {
      seen.ended.session = 1
    })
    return '204'
  },
}

export const time = (name: string): Operation => ({
  name,
  *run() {
    yield* step('time passes', (play) => {
      note(play, 'clock', { tick: tickOf(play) + 1 })
      return undefined
    })
    return ''
  },
})
