import { defined } from '../../../lib/defined.ts'
import { SEEDED_BUGS } from '../../mutation/bugs/index.ts'
import type { SeededBug } from '../../mutation/bugs/seeded-bug.ts'
import { bundleWith } from '../../mutation/patch.ts'
import type { CheckerOptions, Clause } from '../checker/checker.ts'
import { inParallel } from '../parallel.ts'
import { MANY_WORKERS } from '../races/conditions.ts'
import { type Condition, LATE, race } from '../races/races.ts'
import { BUDGET, scenarioOf } from '../races/scenarios.ts'
import { startSystem } from '../system.ts'

// For each seeded bug with an id the scenario and the clauses that must catch it: M1 to M10 are mistakes of other session
// services, S1 to S4 concern routes that allow staleness.

interface Trap {
  readonly scenario: string
  readonly condition: Condition
  readonly trials: number
  /** The checker must report one of these. */
  readonly clauses: readonly Clause[]
  readonly environment?: Record<string, string>
  readonly options?: CheckerOptions
  readonly lightWorkers?: number
}

const NO_FAULT: Condition = { name: 'no fault', rules: [] }
const STALE: Condition = { name: 'stale reads', rules: [{ fault: 'stale' }] }

/** Leaves time for a logout between the delete of the old session and the response with the new one. */
const LATE_DELETE = { fault: 'slow', late: true, ms: 500, operation: 'DeleteItem', table: 'sessions' } as const

const AT_ONCE = 'one step, one recovery code and one challenge in parallel'
const REVOKED = 'revoke with a route that allows staleness'

export const TRAPS: Readonly<Record<string, Trap>> = {
  M1: { scenario: 'logout in parallel to renewing checks', condition: STALE, trials: 12, clauses: ['K1 revoked'] },
  M2: { scenario: 'logout in parallel to renewing checks', condition: NO_FAULT, trials: 60, clauses: ['K8 left'] },
  M3: { scenario: 'logout in parallel to renewing checks', condition: NO_FAULT, trials: 12, clauses: ['K1 revoked'] },
  M4: {
    scenario: 'two revoke-alls with logins in between',
    condition: STALE,
    trials: 12,
    clauses: ['K3 revoke-all', 'K8 left'],
  },
  M5: {
    scenario: 'revoke-all in parallel to logins',
    condition: { name: 'batches half done', rules: [{ fault: 'unprocessed half', operation: 'BatchWriteItem' }] },
    trials: 6,
    clauses: ['K3 revoke-all', 'K8 left'],
  },
  M6: { scenario: 'session at its timeout', condition: NO_FAULT, trials: 4, clauses: ['K1 expired'] },
  M7: { scenario: 'users of one service in parallel', condition: NO_FAULT, trials: 12, clauses: ['K6 principal'] },
  M8: {
    scenario: 'logout in parallel to renewing checks',
    condition: {
      name: 'reads that fail',
      rules: [{ fault: 'failed before', operation: 'GetItem', table: 'sessions', share: 0.7 }],
    },
    trials: 24,
    clauses: ['K1 revoked'],
  },
  M9: {
    scenario: 'wrong passwords',
    condition: NO_FAULT,
    trials: 4,
    clauses: ['K7 budget'],
    environment: { LOGIN_ATTEMPTS_PER_ACCOUNT: String(BUDGET.slots) },
    options: { budget: BUDGET },
  },
  M10: {
    scenario: 'logout in parallel to renewing checks',
    condition: {
      name: 'deletes that fail',
      rules: [{ fault: 'failed before', operation: 'DeleteItem', share: 0.9 }],
    },
    trials: 12,
    clauses: ['K1 revoked'],
  },
  U1: {
    scenario: 'reauthentication in parallel to a logout',
    condition: { name: 'deletes answered late', rules: [{ ...LATE_DELETE }] },
    trials: 24,
    clauses: ['K1 successor'],
  },
  U2: {
    scenario: 'password change in parallel to logins with the old password', // no second change
    condition: {
      name: 'writes of users that fail',
      rules: [{ fault: 'failed before', operation: 'UpdateItem', table: 'users', share: 0.9 }],
    },
    trials: 12,
    clauses: ['K2 spared'],
  },
  U3: {
    scenario: 'reauthentication in parallel to a logout',
    condition: { name: 'deletes answered late', rules: [{ ...LATE_DELETE }] },
    trials: 24,
    clauses: ['K1 successor'],
  },
  A1: { scenario: AT_ONCE, condition: NO_FAULT, trials: 16, clauses: ['K9 once'] },
  A2: { scenario: AT_ONCE, condition: NO_FAULT, trials: 16, clauses: ['K9 once'] },
  A3: {
    scenario: 'a challenge in parallel to a disable, and after it',
    condition: NO_FAULT,
    trials: 6,
    clauses: ['K9 void'],
  },
  A4: {
    scenario: 'a mailed reset twice, in parallel to logins and a password change',
    condition: NO_FAULT,
    trials: 16,
    clauses: ['K9 once'],
  },
  A5: {
    scenario: 'enrolment in parallel to logins and checks',
    condition: NO_FAULT,
    trials: 6,
    clauses: ['K3 factor', 'K3 revoke-all'],
  },
  A6: { scenario: 'a mailed reset after a revoke-all', condition: NO_FAULT, trials: 6, clauses: ['K9 void'] },
  A7: {
    scenario: 'a mailed code in two browsers, and after a revoke-all',
    condition: NO_FAULT,
    trials: 4,
    clauses: ['K9 browser'],
  },
  A8: {
    scenario: 'a passkey added in parallel to logins, and a challenge of it twice',
    condition: NO_FAULT,
    trials: 16,
    clauses: ['K9 once'],
  },
  A9: {
    scenario: 'removal of a passkey in parallel to sign-ins with it',
    condition: NO_FAULT,
    trials: 6,
    clauses: ['K3 revoke-all'],
  },
  S1: { scenario: REVOKED, condition: NO_FAULT, trials: 4, clauses: ['K1 stale'] },
  S2: { scenario: REVOKED, condition: NO_FAULT, trials: 8, clauses: ['K1 revoked'] },
  S3: {
    scenario: 'revoke during the first read of a route that allows staleness',
    condition: LATE,
    trials: 12, // only some of them hit the moment
    clauses: ['K1 stale'],
    lightWorkers: MANY_WORKERS,
  },
  S4: { scenario: REVOKED, condition: NO_FAULT, trials: 8, clauses: ['K4 process'] },
}

export interface Caught {
  readonly id: string
  readonly what: string
  /** The number of violations, and the first of them. */
  readonly times: number
  readonly sentence: string | undefined
}

/** Each bug has a service of its own, whose start takes most of the time. */
const PARALLEL = 3
/** A trap is a sample, and on a busy machine the moment may be missed; the checker either can see the bug or cannot. */
const MAX_TRIES = 3

/** Runs a service with each bug, or with so many of them, which ones depends on the seed. */
export async function provePower(
  engine: string,
  seed: number,
  many: number,
  tell: (caught: Caught) => void,
): Promise<Caught[]> {
  const all = Object.keys(TRAPS)
  const ids = all.filter((_, index) => (index + seed) % all.length < many)
  const caught = new Map<string, Caught>()
  await inParallel(PARALLEL, ids, async (id) => {
    const bug = SEEDED_BUGS.find((each) => each.id === id)
    let found = await spring(id, engine, seed, bug)
    for (let tries = 1; found.length === 0 && tries < MAX_TRIES; tries++)
      found = await spring(id, engine, seed + tries, bug)
    const each = { id, what: bug?.what ?? '', times: found.length, sentence: found[0]?.sentence }
    caught.set(id, each)
    tell(each)
  })
  return ids.flatMap((id) => caught.get(id) ?? [])
}

/** The violations that the trap finds, with the bug or without it. */
async function spring(id: string, engine: string, seed: number, bug?: SeededBug) {
  const trap = TRAPS[id]
  if (!trap) throw new Error(`There is no trap for ${id}.`)
  const { condition, trials, clauses, environment = {}, options, lightWorkers } = trap
  const bundle = bug && bundleWith(bug.patches)
  const system = await startSystem({ engine, seed, environment, ...defined({ bundle, lightWorkers }) })
  try {
    const { verdict } = await race(system, { scenario: scenarioOf(trap.scenario), condition, trials, seed }, options)
    return verdict.violations.filter(({ clause }) => clauses.includes(clause))
  } finally {
    await system.close()
  }
}
