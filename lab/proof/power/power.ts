import { defined } from '../../../lib/defined.ts'
import type { CheckerOptions, Clause } from '../checker/checker.ts'
import { inLanes } from '../load/lanes.ts'
import { LATE, race, type Weather } from '../races/races.ts'
import { BUDGET, scenarioOf } from '../races/scenarios.ts'
import { MANY_WORKERS } from '../races/weather.ts'
import { startSystem } from '../system.ts'
import { bundleWith, SEEDED_BUGS, type SeededBug } from './seeded-bugs.ts'

// What each seeded bug must be caught by: a proof that catches nothing proves nothing.

interface Trap {
  readonly scenario: string
  readonly weather: Weather
  readonly trials: number
  /** What the checker must say of it, one of these. */
  readonly clauses: readonly Clause[]
  readonly environment?: Record<string, string>
  readonly options?: CheckerOptions
  readonly lightWorkers?: number
}

const CLEAR: Weather = { name: 'no fault', rules: [] }
const STALE: Weather = { name: 'stale reads', rules: [{ fault: 'stale' }] }

const REVOKED = 'an administrator’s revoke beside a route that allows staleness'

export const TRAPS: Readonly<Record<string, Trap>> = {
  M1: { scenario: 'logout beside checks that renew', weather: STALE, trials: 12, clauses: ['K1 revoked'] },
  M2: { scenario: 'logout beside checks that renew', weather: CLEAR, trials: 60, clauses: ['K8 left'] },
  M3: { scenario: 'logout beside checks that renew', weather: CLEAR, trials: 12, clauses: ['K1 revoked'] },
  M4: {
    scenario: 'an end-all soon after another, with logins in between',
    weather: STALE,
    trials: 12,
    clauses: ['K3 ended', 'K8 left'],
  },
  M5: {
    scenario: 'end-all beside logins',
    weather: { name: 'batches half done', rules: [{ fault: 'unprocessed half', operation: 'BatchWriteItem' }] },
    trials: 6,
    clauses: ['K3 ended', 'K8 left'],
  },
  M6: { scenario: 'a session at its end', weather: CLEAR, trials: 4, clauses: ['K1 expired'] },
  M7: { scenario: 'people of one service beside each other', weather: CLEAR, trials: 12, clauses: ['K6 principal'] },
  M8: {
    scenario: 'logout beside checks that renew',
    weather: {
      name: 'reads that fail',
      rules: [{ fault: 'failed before', operation: 'GetItem', table: 'sessions', share: 0.7 }],
    },
    trials: 24,
    clauses: ['K1 revoked'],
  },
  M9: {
    scenario: 'guesses',
    weather: CLEAR,
    trials: 4,
    clauses: ['K7 budget'],
    environment: { LOGIN_ATTEMPTS_PER_ACCOUNT: String(BUDGET.slots) },
    options: { budget: BUDGET },
  },
  M10: {
    scenario: 'logout beside checks that renew',
    weather: {
      name: 'deletes that fail',
      rules: [{ fault: 'failed before', operation: 'DeleteItem', share: 0.9 }],
    },
    trials: 12,
    clauses: ['K1 revoked'],
  },
  S1: { scenario: REVOKED, weather: CLEAR, trials: 4, clauses: ['K1 stale'] },
  S2: { scenario: REVOKED, weather: CLEAR, trials: 8, clauses: ['K1 revoked'] },
  S3: {
    scenario: 'a revoke under way when a route that allows staleness first reads',
    weather: LATE,
    trials: 12, // not every one of them meets the moment
    clauses: ['K1 stale'],
    lightWorkers: MANY_WORKERS,
  },
  S4: { scenario: REVOKED, weather: CLEAR, trials: 8, clauses: ['K4 process'] },
}

export interface Caught {
  readonly bug: SeededBug
  /** How often, and the first of them in a sentence. */
  readonly times: number
  readonly sentence: string | undefined
}

/** Each starts a service of its own, and mostly waits for it. */
const SIDE_BY_SIDE = 3

/** Runs a service with each bug; tells of each when its turn is over. */
export async function provePower(engine: string, seed: number, tell: (caught: Caught) => void): Promise<Caught[]> {
  const caught = new Map<SeededBug, Caught>()
  await inLanes(SIDE_BY_SIDE, SEEDED_BUGS, async (bug) => {
    const found = await spring(bug.id, engine, seed, bug)
    const each = { bug, times: found.length, sentence: found[0]?.sentence }
    caught.set(bug, each)
    tell(each)
  })
  return SEEDED_BUGS.flatMap((bug) => caught.get(bug) ?? [])
}

/** What the trap of a bug finds; without the bug nothing. */
export async function spring(id: string, engine: string, seed: number, bug?: SeededBug) {
  const trap = TRAPS[id]
  if (!trap) throw new Error(`There is no trap for ${id}.`)
  const { weather, trials, clauses, environment = {}, options, lightWorkers } = trap
  const bundle = bug && bundleWith(bug.patches)
  const system = await startSystem({ engine, seed, environment, ...defined({ bundle, lightWorkers }) })
  try {
    const { verdict } = await race(system, { scenario: scenarioOf(trap.scenario), weather, trials, seed }, options)
    return verdict.violations.filter(({ clause }) => clauses.includes(clause))
  } finally {
    await system.close()
  }
}
