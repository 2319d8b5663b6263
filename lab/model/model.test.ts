import { describe, expect, test } from 'vitest'
import { accountModel, OLD } from './accounts.ts'
import { combination, combinations, type OperationName } from './combinations.ts'
import { remove } from './deletion.ts'
import { explore, type Model } from './explorer.ts'
import { extensions, residuals } from './extensions.ts'
import { register, registerRepeating } from './registration.ts'
import { allRules, RULES, type Rule } from './rules.ts'
import { BREAKS, dangerousSchedules } from './schedules.ts'

// The protocols as a model, in every interleaving, with datastore calls that are repeated, applied late or lost, and with
// processes that stop. `npm run model` explores more.

describe('the explorer', () => {
  /** Counts up by one or by two, and must not reach so far. */
  const counting = (forbidden: number): Model<number> => ({
    start: 0,
    key: String,
    violation: (state) => (state === forbidden ? 'too far' : undefined),
    next: (state) =>
      [1, 2].filter((by) => state + by <= 9).map((by) => ({ actor: 'a', step: `+${by}`, state: state + by })),
  })

  test('visits each state and each transition once', () => {
    expect(explore(counting(10))).toEqual({ states: 10, transitions: 17 })
  })

  test('returns the steps that lead to a violation', () => {
    const { violation } = explore(counting(5))
    expect(violation?.why).toBe('too far')
    expect(violation?.trace.reduce((sum, { step }) => sum + Number(step), 0)).toBe(5)
  })
})

describe('operations on sessions', () => {
  test('keep their promise in every pair, with two lost answers and a crash', () => {
    for (const names of combinations(2))
      expect(explore(combination(names, { retry: 2, crash: 1 })).violation, names.join(' | ')).toBeUndefined()
  })

  test('keep their promise in every triple, with a crash', () => {
    for (const names of combinations(3))
      expect(explore(combination(names, { retry: 0, crash: 1 })).violation, names.join(' | ')).toBeUndefined()
  })

  /** One operation revokes, one creates, and one changes the user that both depend on. */
  const TRIPLES: OperationName[][] = [
    ['login', 'revoke all', 'finish pending'],
    ['login', 'set password', 'revoke another'],
    ['login', 'disable', 'enable'],
    ['login', 'remove scope', 'grant scope'],
    ['login', 'remove scope', 'remove scope'],
    ['login', 'revoke own', 'revoke others'],
    ['login that presents', 'reauthenticate', 'logout'],
    ['login that presents', 'revoke others', 'revoke all'],
    ['login with a rehash', 'change password', 'set password'],
    ['login with a rehash', 'login with a rehash', 'change password'],
    ['renewal', 'logout', 'reauthenticate'],
    ['renewal', 'revoke others', 'finish pending'],
    ['reauthenticate', 'reauthenticate', 'revoke'],
    ['reauthenticate', 'reauthenticate again', 'logout'],
    ['reauthenticate', 'cap', 'logout'],
    ['reauthenticate', 'expiry', 'logout'],
    ['reauthenticate', 'revoke others', 'logout'],
    ['reauthenticate', 'change password', 'disable'],
    ['reauthenticate', 'remove scope', 'grant scope'],
    ['revoke others', 'revoke others', 'revoke'],
    ['revoke others', 'revoke all', 'finish pending'],
    ['change password', 'change password', 'logout'],
    ['change password', 'set password', 'grant scope'],
    ['disable', 'disable', 'enable'],
  ]
  test.each(TRIPLES)('keep their promise in %s, %s and %s, with a lost answer and a crash', (...names) => {
    expect(explore(combination(names, { retry: 1, crash: 1 })).violation).toBeUndefined()
  })
})

test.each(extensions(1))('$name', (model) => {
  expect(model.explore().violation).toBeUndefined()
})

describe('known limitations', () => {
  // If a test fails here, the limitation no longer exists: remove it from the list.
  test.each(residuals())('$what', ({ model }) => {
    expect(model.shortest()).toBeDefined()
  })

  test('creating a user item with more than one try would restore a deleted user', () => {
    expect(explore(accountModel([remove(OLD), register, remove(3)], 2)).violation).toBeUndefined()
    expect(explore(accountModel([remove(OLD), registerRepeating, remove(3)], 2)).violation).toBeDefined()
  })
})

// Not among the rules, because the explorer finds nothing without them. That a sweep queries until a Query shows none:
// what is put after the first one is taken back at its second read, and what is left of those that stop in between
// nobody holds. That a check compares the absolute end, and that a renewal ends there: each makes the other redundant,
// `absoluteEnd` is both. That a new epoch is conditional on the epoch too: its `changeId` is enough.
describe.each(Object.keys(RULES) as Rule[])('without %s', (rule) => {
  const { model } = BREAKS[rule]

  test(`violates the promise: ${RULES[rule]}`, () => {
    expect(model((other) => other !== rule).explore().violation?.why).toBeDefined()
  })

  test('keeps the promise with the rule', () => {
    expect(model(allRules).explore().violation).toBeUndefined()
  })
})

test('finds a schedule of datastore calls for each rule', () => {
  const schedules = dangerousSchedules()
  expect(schedules.map(({ rule }) => rule).sort()).toEqual(Object.keys(RULES).sort())
  for (const { rule, why, steps } of schedules) {
    expect(why, rule).toMatch(BREAKS[rule].violation)
    for (const { step } of steps)
      expect(step, rule).toMatch(
        /^(\w+Item|Query|Scan|BatchWriteItem) (sessions|users|attempts|outbox)|^(verifies|passes|begins|receives)$|^(asks|copies|mails|opens|reads|receives|sends|time|types) /,
      )
  }
})
