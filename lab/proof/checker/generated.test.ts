import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Operation, OperationName } from '../history/operation.ts'
import { type CheckerOptions, check, type Rule } from './checker.ts'
import { ALLOWED, simulate, type Wish } from './simulation.ts'

// Histories of a service that is right, with random delays and lost answers: nothing may be found in them. Then one
// answer is changed to what that service would never have given, and it must be found.

const OPS: readonly [number, OperationName][] = [
  [8, 'login'],
  [20, 'me'],
  [3, 'look'],
  [3, 'logout'],
  [2, 'revoke'],
  [2, 'reauthenticate'],
  [1, 'end-all'],
  [1, 'end-own'],
  [1, 'end-others'],
  [1, 'password-change'],
  [1, 'disable'],
  [2, 'enable'],
  [1, 'scope-removal'],
  [1, 'scope-grant'],
]
/** Instants of all sizes, and often equal ones. */
const delay = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0, max: 3_000_000 }),
)
const wish: fc.Arbitrary<Wish> = fc.record({
  op: fc.oneof(...OPS.map(([weight, op]) => ({ weight, arbitrary: fc.constant(op) }))),
  user: fc.integer({ min: 0, max: 1 }),
  pick: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 })),
  gap: delay,
  before: delay,
  behind: delay,
  fate: fc.integer({ min: 0, max: 99 }),
  guess: fc.boolean(),
  isLenient: fc.boolean(),
})
const wishes = fc.array(wish, { minLength: 5, maxLength: 60, size: 'max' })

/** Few sessions, asked for again and again, most of the time by a route that allows staleness. */
const oftenLenient = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: wish },
    {
      weight: 8,
      arbitrary: fc.tuple(wish, fc.integer({ min: 0, max: 9 })).map(
        ([each, of10]): Wish => ({
          ...each,
          op: 'me',
          pick: each.pick % 2,
          isLenient: of10 > 1,
          gap: each.gap % 500_000,
        }),
      ),
    },
  ),
  { minLength: 20, maxLength: 80, size: 'max' },
)

const options: CheckerOptions = { skew: 0, idle: 1e12 }
const runs = (numRuns: number) => ({ numRuns, seed: Number(process.env.FUZZ_SEED ?? 20_260) })

describe('a service that is right violates nothing', () => {
  test.each([
    ['with every answer', { lost: 0 }, {}],
    ['with lost ones', { lost: 30 }, {}],
    ['with a cap', { cap: 2, lost: 15 }, { cap: 2 }],
    ['with a cap of one', { cap: 1, lost: 0 }, { cap: 1 }],
  ])('%s', (_, service, more) => {
    let trials = 0
    const property = fc.property(wishes, (all) => {
      const { violations, counts } = check(simulate(all, service), { ...options, ...more })
      expect(violations.map(({ sentence }) => sentence)).toEqual([])
      trials += counts['K2 denied'].trials + counts['K1 revoked'].trials
    })
    fc.assert(property, runs(500))
    expect(trials).toBeGreaterThan(1000)
  })

  test('where much is answered from what was read before', () => {
    const seen = { late: 0, tempted: 0, beyond: 0 }
    const property = fc.property(oftenLenient, (all) => {
      const { violations, counts, staleness } = check(simulate(all, { lost: 10 }), options)
      expect(violations.map(({ sentence }) => sentence)).toEqual([])
      seen.late += staleness.late
      seen.tempted += staleness.tempted
      seen.beyond += counts['K1 stale'].trials + counts['K3 stale'].trials
    })
    fc.assert(property, runs(2000))
    for (const many of Object.values(seen)) expect(many).toBeGreaterThan(10)
  })
})

/** Every operation that an answer could be changed of, with the answer: by the definitions, pair by pair. */
type Change = (history: readonly Operation[]) => { index: number; to: Partial<Operation>; rules: Rule[] } | undefined

const ok = { outcome: 'ok', status: 200 } as const
const isCheck = ({ op }: Operation) => op === 'me' || op === 'look'
const findCheck = (history: readonly Operation[], test: (check: Operation) => boolean) =>
  history.findIndex((operation) => isCheck(operation) && operation.allowed === undefined && test(operation))
const creationOf = (history: readonly Operation[], { sid }: Operation) =>
  history.find(({ created }) => created !== undefined && created === sid)

const CHANGES: Record<string, Change> = {
  'a refusal after a logout accepts': (history) => {
    const index = findCheck(history, ({ outcome, sid, invoked }) => {
      const end = history.find((each) => each.op === 'logout' && each.outcome === 'ok' && each.sid === sid)
      return outcome === 'deny' && end !== undefined && end.returned < invoked
    })
    return index < 0 ? undefined : { index, to: ok, rules: ['K1'] }
  },
  'a refusal after a logout and a staleness accepts': (history) => {
    const index = history.findIndex(({ allowed, outcome, sid, invoked }) => {
      const end = history.find((each) => each.op === 'logout' && each.outcome === 'ok' && each.sid === sid)
      return allowed !== undefined && outcome === 'deny' && end !== undefined && end.returned + ALLOWED < invoked
    })
    return index < 0 ? undefined : { index, to: ok, rules: ['K1'] }
  },
  'a refusal comes back to life in the same process': (history) => {
    const index = history.findIndex(
      ({ allowed, outcome, sid, invoked, worker }) =>
        allowed !== undefined &&
        outcome === 'deny' &&
        history.some(
          (each) => each.worker === worker && each.sid === sid && each.outcome === 'deny' && each.returned < invoked,
        ),
    )
    return index < 0 ? undefined : { index, to: ok, rules: ['K4'] }
  },
  'a refusal after an end of all accepts': (history) => {
    const index = findCheck(history, (each) => {
      const created = creationOf(history, each)
      return history.some(
        ({ op, outcome, user, invoked, returned }) =>
          ['end-all', 'end-own', 'end-others', 'password-change', 'disable'].includes(op) &&
          outcome === 'ok' &&
          user === created?.user &&
          created.returned < invoked &&
          each.outcome === 'deny' &&
          returned < each.invoked,
      )
    })
    return index < 0 ? undefined : { index, to: ok, rules: ['K3'] }
  },
  'a refusal comes back to life': (history) => {
    const index = findCheck(history, ({ outcome, sid, invoked }) =>
      history.some(
        (each) =>
          each.op === 'me' &&
          each.sid === sid &&
          each.outcome === 'deny' &&
          outcome === 'deny' &&
          each.returned < invoked,
      ),
    )
    return index < 0 ? undefined : { index, to: ok, rules: ['K4'] }
  },
  'an expired session is accepted': (history) => {
    const index = findCheck(history, (each) => each.invoked > (creationOf(history, each)?.endsAt ?? Infinity))
    return index < 0 || history[index]?.outcome !== 'deny' ? undefined : { index, to: ok, rules: ['K1'] }
  },
  'a live session is refused': (history) => {
    const index = findCheck(history, (each) => {
      const created = creationOf(history, each)
      const { endsAt = Infinity } = created ?? {}
      return (
        each.outcome === 'ok' &&
        created !== undefined &&
        created.returned < each.invoked &&
        each.returned < endsAt &&
        // Nobody who could, be it by accident, has begun to end it.
        history.every(
          (other) =>
            isCheck(other) ||
            other === created ||
            other.invoked > each.returned ||
            (other.user === created.user ? false : other.sid !== each.sid) ||
            (other.op === 'login' && other.sid !== each.sid) ||
            ['enable', 'scope-grant'].includes(other.op),
        )
      )
    })
    return index < 0 ? undefined : { index, to: { outcome: 'deny', status: 401 }, rules: ['K2'] }
  },
  'a check names somebody else': (history) => {
    const index = findCheck(history, ({ outcome }) => outcome === 'ok')
    return index < 0 ? undefined : { index, to: { principal: 'mallory' }, rules: ['K6'] }
  },
  'an id is given twice': (history) => {
    const [first, second] = history.filter(({ created }) => created !== undefined)
    if (!first || !second) return undefined
    return { index: history.indexOf(second), to: { created: first.created }, rules: ['K6'] }
  },
  'a session nobody was given is accepted': (history) => {
    const index = findCheck(history, ({ outcome }) => outcome === 'ok')
    return index < 0 ? undefined : { index, to: { sid: 'forged' }, rules: ['K6'] }
  },
  'a row is left': (history) => {
    const end = history.find(
      (each) =>
        each.op === 'logout' && each.outcome === 'ok' && each.returned < (creationOf(history, each)?.endsAt ?? 0), // else it may stay
    )
    const owner = end && creationOf(history, end)?.user
    const index = history.findIndex(({ op, user }) => op === 'table-snapshot' && user === owner)
    const rows = [...(history[index]?.rows ?? []), { sid: end?.sid ?? '' }]
    return !owner || index < 0 ? undefined : { index, to: { rows }, rules: ['K8'] }
  },
  'a row is missing': (history) => {
    const index = history.findIndex(({ op, rows = [] }) => op === 'table-snapshot' && rows.length > 0)
    const row = history[index]?.rows?.find(({ sid }) => {
      const created = history.find((each) => each.created === sid)
      return (
        created &&
        (created.endsAt ?? 0) > (history[index]?.returned ?? 0) &&
        history.every(
          (other) =>
            isCheck(other) || other === created || other.op === 'table-snapshot' || other.returned < created.invoked,
        ) &&
        history.every(({ outcome }) => outcome === 'ok' || outcome === 'deny')
      )
    })
    const rows = history[index]?.rows?.filter((each) => each !== row) ?? []
    return row && { index, to: { rows }, rules: ['K8'] }
  },
  'the old password lets somebody in': (history) => {
    const index = history.findIndex(
      ({ op, user, outcome, invoked }) =>
        op === 'login' &&
        outcome === 'deny' &&
        history.some(
          (each) =>
            each.op === 'password-change' && each.outcome === 'ok' && each.user === user && each.returned < invoked,
        ),
    )
    const change = history.find(
      ({ op, outcome, user }) => op === 'password-change' && outcome === 'ok' && user === history[index]?.user,
    )
    if (index < 0 || !change || change.returned >= (history[index]?.invoked ?? 0)) return undefined
    return { index, to: { ...ok, password: change.password, created: 'new' }, rules: ['K3'] }
  },
}

describe('one answer that a service never gives is found', () => {
  test.each(Object.entries(CHANGES))('%s', (_, change) => {
    let found = 0
    const property = fc.property(wishes, fc.boolean(), (all, losing) => {
      const history = simulate(all, { lost: losing ? 20 : 0 })
      const changed = change(history)
      if (!changed) return
      const { index, to, rules } = changed
      const broken = history.map((operation, i) => (i === index ? { ...operation, ...to } : operation))
      const { violations } = check(broken, options)
      const rulesFound = violations.map(({ rule }) => rule)
      for (const rule of rules) expect(rulesFound).toContain(rule)
      found++
    })
    fc.assert(property, runs(500))
    expect(found).toBeGreaterThanOrEqual(10)
  })
})
