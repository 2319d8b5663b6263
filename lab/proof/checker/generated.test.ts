import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Operation, OperationName } from '../history/operation.ts'
import { type CheckerOptions, check } from './checker.ts'
import { ALLOWED, simulate, type Wish } from './simulation.ts'
import type { Rule } from './verdict.ts'

// Histories of a correct service with random delays and lost responses have no violation. If one response is changed to
// one that the service would never have given, the checker reports it.

const OPS: readonly [number, OperationName][] = [
  [8, 'login'],
  [20, 'me'],
  [3, 'look'],
  [2, 'introspect'],
  [2, 'list'],
  [3, 'logout'],
  [2, 'revoke'],
  [2, 'reauthenticate'],
  [1, 'revoke-all'],
  [1, 'revoke-own'],
  [1, 'revoke-others'],
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

/** Few sessions that are checked often, mostly by a route that allows staleness. */
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

describe('a correct service violates no rule', () => {
  test.each([
    ['with all responses', { lost: 0 }, {}],
    ['with lost responses', { lost: 30 }, {}],
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

  test('with many responses from cached rows', () => {
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

/** Finds a response to change, by the definitions of the rules; `undefined` if the history has none. */
type Change = (history: readonly Operation[]) => { index: number; to: Partial<Operation>; rules: Rule[] } | undefined

const ok = { outcome: 'ok', status: 200 } as const
const isCheck = ({ op }: Operation) => op === 'me' || op === 'look'
const findCheck = (history: readonly Operation[], test: (check: Operation) => boolean) =>
  history.findIndex((operation) => isCheck(operation) && operation.allowed === undefined && test(operation))
const creationOf = (history: readonly Operation[], { sid }: Operation) =>
  history.find(({ created }) => created !== undefined && created === sid)

const isLoggedOut = (history: readonly Operation[], session: Operation['sid'], before: number) =>
  history.some(
    ({ op, outcome, sid, returned }) => op === 'logout' && outcome === 'ok' && sid === session && returned < before,
  )

const CHANGES: Record<string, Change> = {
  'acceptance after a logout': (history) => {
    const index = findCheck(history, ({ outcome, sid, invoked }) => {
      const end = history.find((each) => each.op === 'logout' && each.outcome === 'ok' && each.sid === sid)
      return outcome === 'deny' && end !== undefined && end.returned < invoked
    })
    return index < 0 ? undefined : { index, to: ok, rules: ['K1'] }
  },
  'acceptance after a logout of the session that it replaced': (history) => {
    const index = findCheck(history, (each) => {
      const created = creationOf(history, each)
      return history.some(
        ({ op, outcome, sid, invoked, returned }) =>
          op === 'logout' &&
          outcome === 'ok' &&
          sid !== undefined &&
          created?.op !== 'login' &&
          sid === created?.sid &&
          invoked < created.returned &&
          returned < each.invoked &&
          each.outcome === 'deny',
      )
    })
    return index < 0 ? undefined : { index, to: ok, rules: ['K1'] }
  },
  'acceptance after a logout and the allowed staleness': (history) => {
    const index = history.findIndex(({ allowed, outcome, sid, invoked }) => {
      const end = history.find((each) => each.op === 'logout' && each.outcome === 'ok' && each.sid === sid)
      return allowed !== undefined && outcome === 'deny' && end !== undefined && end.returned + ALLOWED < invoked
    })
    return index < 0 ? undefined : { index, to: ok, rules: ['K1'] }
  },
  'acceptance by the process that refused the session': (history) => {
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
  'acceptance after all sessions were revoked': (history) => {
    const index = findCheck(history, (each) => {
      const created = creationOf(history, each)
      return history.some(
        ({ op, outcome, user, invoked, returned }) =>
          ['revoke-all', 'revoke-own', 'revoke-others', 'password-change', 'disable'].includes(op) &&
          outcome === 'ok' &&
          user === created?.user &&
          created.returned < invoked &&
          each.outcome === 'deny' &&
          returned < each.invoked,
      )
    })
    return index < 0 ? undefined : { index, to: ok, rules: ['K3'] }
  },
  'acceptance after a refusal': (history) => {
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
  'acceptance of an expired session': (history) => {
    const index = findCheck(history, (each) => each.invoked > (creationOf(history, each)?.endsAt ?? Infinity))
    return index < 0 || history[index]?.outcome !== 'deny' ? undefined : { index, to: ok, rules: ['K1'] }
  },
  'refusal of a valid session': (history) => {
    const index = findCheck(history, (each) => {
      const created = creationOf(history, each)
      const { endsAt = Infinity } = created ?? {}
      return (
        each.outcome === 'ok' &&
        created?.op === 'login' && // what names a predecessor may revoke a session too
        created.returned < each.invoked &&
        each.returned < endsAt &&
        // No operation that may revoke it has begun.
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
  'a check with another principal': (history) => {
    const index = findCheck(history, ({ outcome }) => outcome === 'ok')
    return index < 0 ? undefined : { index, to: { principal: 'mallory' }, rules: ['K6'] }
  },
  'an id given twice': (history) => {
    const [first, second] = history.filter(({ created }) => created !== undefined)
    if (!first || !second) return undefined
    return { index: history.indexOf(second), to: { created: first.created }, rules: ['K6'] }
  },
  'acceptance of a forged session': (history) => {
    const index = findCheck(history, ({ outcome }) => outcome === 'ok')
    return index < 0 ? undefined : { index, to: { sid: 'forged' }, rules: ['K6'] }
  },
  'a row of a revoked session': (history) => {
    const end = history.find(
      (each) =>
        each.op === 'logout' && each.outcome === 'ok' && each.returned < (creationOf(history, each)?.endsAt ?? 0), // the row of an expired session may stay
    )
    const owner = end && creationOf(history, end)?.user
    const index = history.findIndex(({ op, user }) => op === 'table-snapshot' && user === owner)
    const rows = [...(history[index]?.rows ?? []), { sid: end?.sid ?? '' }]
    return !owner || index < 0 ? undefined : { index, to: { rows }, rules: ['K8'] }
  },
  'a missing row of a valid session': (history) => {
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
  'an introspection of a revoked session as active': (history) => {
    const index = history.findIndex(
      ({ op, active, target, invoked }) =>
        op === 'introspect' && active === false && isLoggedOut(history, target, invoked),
    )
    return index < 0 ? undefined : { index, to: { active: true }, rules: ['K1'] }
  },
  'a list with a revoked session': (history) => {
    const index = history.findIndex(({ op, outcome }) => op === 'list' && outcome === 'ok')
    const { user, invoked = 0, listed = [] } = history[index] ?? {}
    const gone = history.find(
      (each) => each.created !== undefined && each.user === user && isLoggedOut(history, each.created, invoked),
    )
    return gone && { index, to: { listed: [...listed, gone.created ?? ''] }, rules: ['K1'] }
  },
  'a list with another user’s session': (history) => {
    const index = history.findIndex(({ op, outcome }) => op === 'list' && outcome === 'ok')
    const { user, listed = [] } = history[index] ?? {}
    const other = history.find((each) => each.created !== undefined && each.user !== user)
    return index < 0 || !other ? undefined : { index, to: { listed: [...listed, other.created ?? ''] }, rules: ['K6'] }
  },
  'a list without a session that it then accepts': (history) => {
    const index = history.findIndex(
      ({ op, listed = [], sid = '', returned }) =>
        op === 'list' &&
        listed.includes(sid) &&
        history.some(
          (each) => each.op === 'look' && each.sid === sid && each.outcome === 'ok' && each.invoked > returned,
        ),
    )
    const { listed = [], sid } = history[index] ?? {}
    return index < 0 ? undefined : { index, to: { listed: listed.filter((each) => each !== sid) }, rules: ['K4'] }
  },
  'a login with an earlier password': (history) => {
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

describe('the checker reports one wrong response:', () => {
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
    fc.assert(property, runs(800))
    expect(found).toBeGreaterThanOrEqual(10)
  })
})
