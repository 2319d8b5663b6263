import type { CheckerOptions, Clause } from '../checker/checker.ts'
import { race, type Weather } from '../races/races.ts'
import { BUDGET, scenarioOf } from '../races/scenarios.ts'
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
}

const CLEAR: Weather = { name: 'no fault', rules: [] }
const STALE: Weather = { name: 'stale reads', rules: [{ fault: 'stale' }] }

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
}

export interface Caught {
  readonly bug: SeededBug
  /** How often, and the first of them in a sentence. */
  readonly times: number
  readonly sentence: string | undefined
}

/** Runs a service with each bug in turn. */
export async function* provePower(engine: string, seed: number, bugs = SEEDED_BUGS): AsyncGenerator<Caught> {
  for (const bug of bugs) {
    const found = await spring(bug.id, engine, seed, bug)
    yield { bug, times: found.length, sentence: found[0]?.sentence }
  }
}

/** What the trap of a bug finds; without the bug nothing. */
export async function spring(id: string, engine: string, seed: number, bug?: SeededBug) {
  const trap = TRAPS[id]
  if (!trap) throw new Error(`There is no trap for ${id}.`)
  const { weather, trials, clauses, environment = {}, options } = trap
  const system = await startSystem({ engine, seed, environment, ...(bug ? { bundle: bundleWith(bug) } : {}) })
  try {
    const { verdict } = await race(system, { scenario: scenarioOf(trap.scenario), weather, trials, seed }, options)
    return verdict.violations.filter(({ clause }) => clauses.includes(clause))
  } finally {
    await system.close()
  }
}
