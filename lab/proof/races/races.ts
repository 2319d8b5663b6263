import { setTimeout as sleep } from 'node:timers/promises'
import type { UserId } from '../../../lib/user.ts'
import { type CheckerOptions, check, type Verdict } from '../checker/checker.ts'
import type { Rule as FaultRule } from '../faults/faults.ts'
import { createGenerator, type Generator, type Held } from '../generator.ts'
import type { Operation } from '../history/operation.ts'
import { inParallel } from '../parallel.ts'
import type { System } from '../system.ts'
import { SCENARIOS } from './scenarios.ts'
import { LATE_MS, LENIENT } from './scenarios-lenient.ts'
import type { Scenario, Trial } from './trial.ts'

/** The faults under which scenarios run. */
export interface Condition {
  readonly name: string
  readonly rules: readonly FaultRule[]
}

export const CONDITIONS: readonly Condition[] = [
  { name: 'no fault', rules: [] },
  { name: 'throttled 10 %', rules: [{ fault: 'throttled', share: 0.1 }] },
  { name: 'applied but failed 5 %', rules: [{ fault: 'failed after', share: 0.05 }] },
  { name: 'stale reads', rules: [{ fault: 'stale' }] },
]
/** Rows are old when they arrive, which matters to routes that cache them. */
export const LATE: Condition = {
  name: 'every check late',
  rules: [{ fault: 'slow', late: true, ms: LATE_MS, operation: 'GetItem', table: 'sessions' }],
}

/** A write that is applied and reported as failed leaves an orphan, once for each attempt of a creation. */
const ROWS_PER_CREATION = 6
/** An operation without a response has taken effect, or never will, once the longest deadline of a request has passed. */
export const PROOF_OPTIONS: CheckerOptions = { settle: 20_000_000, rowsPerCreation: ROWS_PER_CREATION }

export interface Raced {
  readonly history: Operation[]
  readonly verdict: Verdict
}

interface Playing {
  readonly condition: Condition
  readonly parallel: number
  /** The same for scenarios that mostly wait. */
  readonly parallelWaiting?: number
  readonly seed: number
}

export interface Entry {
  readonly scenario: Scenario
  readonly trials: number
}

/**
 * Runs trials of several scenarios in parallel: one scenario after another would leave most workers idle while its slowest
 * trial waits. Scenarios that mostly wait come last, so that their requests do not queue behind the others.
 */
export async function runTrials(
  system: System,
  entries: readonly Entry[],
  { condition, parallel, parallelWaiting = 10, seed }: Playing,
): Promise<Operation[]> {
  const history: Operation[] = []
  const random = randomFrom(seed)
  const open = ({ scenario, trials }: Entry) => {
    const run = `${scenario.name}, ${condition.name}`
    return { scenario, trials, generator: createGenerator(system, run, (operation) => history.push(operation), random) }
  }
  const opened = entries.map(open)
  try {
    system.proxy.rules = []
    const staff = await Promise.all(opened.map(({ generator }) => signInStaff(system, generator)))
    system.proxy.rules = condition.rules
    const all = opened.flatMap(({ scenario, trials, generator }, index) => {
      const { admin, service } = staff[index] as (typeof staff)[number]
      const trial = { system, generator, history, admin, service, random }
      return Array.from({ length: trials }, () => ({ scenario, trial }))
    })
    let done = 0
    const run = async ({ scenario, trial }: (typeof all)[number]) => {
      await scenario.run(trial)
      if (++done % 500 === 0) console.log(`${condition.name}: ${done} of ${all.length} trials`)
    }
    const [waiting, busy] = [true, false].map((waits) =>
      all.filter(({ scenario }) => (scenario.waits === true) === waits),
    )
    await inParallel(parallel, busy ?? [], run)
    await inParallel(parallelWaiting, waiting ?? [], run)
  } finally {
    system.proxy.rules = []
    for (const { generator } of opened) generator.close()
  }
  return history
}

/** Runs and judges trials of one scenario. */
export async function race(
  system: System,
  { scenario, condition, trials, seed }: Entry & { condition: Condition; seed: number },
  options: CheckerOptions = {},
): Promise<Raced> {
  const history = await runTrials(system, [{ scenario, trials }], { condition, parallel: 4, seed })
  const verdict = check(history, { rowsPerCreation: ROWS_PER_CREATION, ...options })
  return { history, verdict }
}

/** Signs an administrator in, and a service that may introspect, as a bearer. */
async function signInStaff(system: System, generator: Generator): Promise<Pick<Trial, 'admin' | 'service'>> {
  const admin = await system.createUser(['admin:read', 'admin:write', 'admin:revoke'])
  const service = await system.createUser(['sessions:introspect'])
  return {
    admin: await repeat(() => generator.login(admin)),
    service: await repeat(() => generator.login(service, { kind: 'bearer' })),
  }
}

/** The engine may be restarting. */
async function repeat(login: () => Promise<Held | undefined>): Promise<Held> {
  for (let tries = 0; tries < 60; tries++) {
    const held = await login()
    if (held) return held
    await sleep(500)
  }
  throw new Error('The administrator or the service of the proof cannot sign in within 30 seconds.')
}

/** Scenarios that neither wait for seconds nor use up a budget. */
const QUICK = SCENARIOS.filter(({ name, waits }) => !waits && name !== 'wrong passwords')

/** Runs one scenario after another until `isOver`, then reads all rows. */
export async function racesUntil(
  isOver: (round: number) => boolean,
  system: System,
  name: string,
  seed: number,
): Promise<Operation[]> {
  const history: Operation[] = []
  for (let round = 0; !isOver(round); round++)
    for (const scenario of QUICK) {
      if (isOver(round)) break
      const condition = { name: `${name}, round ${round}`, rules: [] }
      history.push(...(await race(system, { scenario, condition, trials: 4, seed: seed + round })).history)
    }
  await snapshotAll(system, name, history)
  return history
}

/** Runs rounds of all scenarios in parallel, then reads all rows. */
export async function racesOf(rounds: number, system: System, name: string, seed: number): Promise<Operation[]> {
  const history: Operation[] = []
  for (let round = 0; round < rounds; round++) {
    const condition = { name: `${name}, round ${round}`, rules: [] }
    const entries = [...QUICK, ...LENIENT].map((scenario) => ({ scenario, trials: 4 }))
    history.push(...(await runTrials(system, entries, { condition, parallel: 8, seed: seed + round })))
  }
  await snapshotAll(system, name, history)
  return history
}

/** Reads the rows of all users again: nothing may have been lost since the end of their trials. */
async function snapshotAll(system: System, name: string, history: Operation[]): Promise<void> {
  const generator = createGenerator(system, `${name}, the end`, (operation) => history.push(operation))
  const users = new Set(history.filter(({ op }) => op === 'table-snapshot').map(({ user }) => user))
  await inParallel(8, [...users], (id) => generator.snapshot({ id: id as UserId }))
  generator.close()
}

/** Pseudorandom numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
