import type { Play } from '../accounts/call.ts'
import type { Store } from '../accounts/item.ts'
import { type Budget, type Judge, type Operation, playModel } from '../accounts/play.ts'
import { nothingSeen } from '../accounts/seen.ts'
import { FIRST } from '../accounts/session.ts'
import type { Model } from '../explorer.ts'
import { allRules, type Rules } from '../rules.ts'
import { refresh, register, replay, request, revoke, steal, time } from './device.ts'

/** What may happen to a session: two tabs, requests in flight, a thief, a revocation, and time. */
const OPERATIONS: readonly Operation[] = [
  register('register', 'device'),
  register('thief registers', 'thief'),
  ...[refresh('refresh'), refresh('other tab refreshes')],
  ...[request('request'), request('another request')],
  ...[steal('thief'), replay('thief replays', 2)],
  revoke,
  ...[time('time'), time('more time'), time('even more time'), time('much more time')],
]

const AT_REST: Store = { clock: { tick: 0, challenges: 0 }, browser: {}, [FIRST]: {} }
/** Registered and refreshed once, so that the ticket is needed. */
const BOUND: Store = {
  clock: { tick: 2, challenges: 1 },
  browser: { until: 2, secret: 'b' },
  [FIRST]: { boundKey: 'device', boundSecret: 'b', proofAt: 1, boundFrom: 0, newest: 2 },
}
const STARTS = { unbound: AT_REST, bound: BOUND }
export type Start = keyof typeof STARTS

const JUDGE: Judge = {
  always: ({ store, seen }: Play) =>
    seen.ended.session && store[FIRST] ? 'I4: a revoked session is in the table again' : undefined,
  atRest: () => undefined,
}

/** These operations side by side. */
export function deviceModel(
  start: Start,
  names: readonly string[],
  budget: Budget,
  rules: Rules = allRules,
): Model<Play> {
  const operations = names.map((name) => {
    const operation = OPERATIONS.find((each) => each.name === name)
    if (!operation) throw new Error(`no operation ${name}`)
    return operation
  })
  return playModel(operations, { store: STARTS[start], seen: nothingSeen() }, JUDGE, budget, rules)
}

/** Every set of so many operations. */
export function* setsOf(size: number, from = 0, chosen: readonly string[] = []): Generator<string[]> {
  if (size === 0) yield [...chosen]
  else
    for (let at = from; at < OPERATIONS.length; at++)
      yield* setsOf(size - 1, at + 1, [...chosen, OPERATIONS[at]?.name ?? ''])
}
