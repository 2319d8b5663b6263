import { setTimeout as sleep } from 'node:timers/promises'
import type { UserId } from '../../../lib/user.ts'
import { type CheckerOptions, check, type Verdict } from '../checker/checker.ts'
import type { Rule as FaultRule } from '../faults/faults.ts'
import { createGenerator, type Generator, type Held } from '../generator.ts'
import type { Operation } from '../history/operation.ts'
import { inLanes } from '../load/lanes.ts'
import type { System } from '../system.ts'
import { SCENARIOS } from './scenarios.ts'
import { LATE_MS, LENIENT } from './scenarios-lenient.ts'
import type { Scenario } from './trial.ts'

/** What goes wrong while a scenario runs. */
export interface Weather {
  readonly name: string
  readonly rules: readonly FaultRule[]
}

export const WEATHERS: readonly Weather[] = [
  { name: 'no fault', rules: [] },
  { name: 'throttled 10 %', rules: [{ fault: 'throttled', share: 0.1 }] },
  { name: 'applied but failed 5 %', rules: [{ fault: 'failed after', share: 0.05 }] },
  { name: 'stale reads', rules: [{ fault: 'stale' }] },
]
/** What has been read is old when it comes: of interest to those who keep it. */
export const LATE: Weather = {
  name: 'every check late',
  rules: [{ fault: 'slow', late: true, ms: LATE_MS, operation: 'GetItem', table: 'sessions' }],
}

/** A write that was applied and reported failed leaves a row nobody holds: as many as a creation has tries. */
const ROWS_PER_CREATION = 6
/** What acts a while after its answer was lost has acted by the longest deadline of a request, and some. */
export const SETTLED: CheckerOptions = { settle: 20_000_000, rowsPerCreation: ROWS_PER_CREATION }

export interface Raced {
  readonly history: Operation[]
  readonly verdict: Verdict
}

interface Playing {
  readonly weather: Weather
  readonly sideBySide: number
  /** Of those that mostly wait. */
  readonly patient?: number
  readonly seed: number
}

export interface Entry {
  readonly scenario: Scenario
  readonly trials: number
}

/**
 * Runs trials of these scenarios, so many side by side: each scenario for itself would wait for the slowest of its own,
 * for a throttled call's next try, for a session's end, with most workers idle. Those that mostly wait come last: what
 * they ask from time to time would only stand in line behind the others.
 */
export async function runTrials(
  system: System,
  entries: readonly Entry[],
  { weather, sideBySide, patient = 10, seed }: Playing,
): Promise<Operation[]> {
  const history: Operation[] = []
  const random = randomFrom(seed)
  const open = ({ scenario, trials }: Entry) => {
    const run = `${scenario.name}, ${weather.name}`
    return { scenario, trials, generator: createGenerator(system, run, (operation) => history.push(operation)) }
  }
  const opened = entries.map(open)
  try {
    system.proxy.rules = []
    const admins = await Promise.all(opened.map(({ generator }) => administratorOf(system, generator)))
    system.proxy.rules = weather.rules
    const all = opened.flatMap(({ scenario, trials, generator }, index) => {
      const admin = admins[index] as Held
      return Array.from({ length: trials }, () => ({ scenario, trial: { system, generator, history, admin, random } }))
    })
    let done = 0
    const run = async ({ scenario, trial }: (typeof all)[number]) => {
      await scenario.run(trial)
      if (++done % 500 === 0) console.log(`${weather.name}: ${done} of ${all.length} trials`)
    }
    const isPatient = ({ scenario }: (typeof all)[number]) => scenario.isPatient === true
    await inLanes(
      sideBySide,
      all.filter((each) => !isPatient(each)),
      run,
    )
    await inLanes(patient, all.filter(isPatient), run)
  } finally {
    system.proxy.rules = []
    for (const { generator } of opened) generator.close()
  }
  return history
}

/** The same of one scenario, and judges what was seen. */
export async function race(
  system: System,
  { scenario, weather, trials, sideBySide = 4, seed }: Entry & { weather: Weather; sideBySide?: number; seed: number },
  options: CheckerOptions = {},
): Promise<Raced> {
  const history = await runTrials(system, [{ scenario, trials }], { weather, sideBySide, seed })
  const verdict = check(history, { rowsPerCreation: ROWS_PER_CREATION, ...options })
  return { history, verdict }
}

/** Signs in once there is an engine to be asked: one that was killed may be on its way. */
async function administratorOf(system: System, generator: Generator): Promise<Held> {
  const user = await system.user(['admin:read', 'admin:write', 'admin:revoke'])
  for (let tries = 0; tries < 60; tries++) {
    const held = await generator.login(user)
    if (held) return held
    await sleep(500)
  }
  throw new Error('The administrator of the proof cannot sign in.')
}

/** Those that neither wait for seconds nor use up a budget. */
const QUICK = SCENARIOS.filter(({ name, isPatient }) => !isPatient && name !== 'guesses')

/** Races, one scenario after another and round after round, until it is over, and a last look. */
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
      const weather = { name: `${name}, round ${round}`, rules: [] }
      history.push(...(await race(system, { scenario, weather, trials: 4, seed: seed + round })).history)
    }
  await lookBack(system, name, history)
  return history
}

/** Rounds of all scenarios at once, those that wait included, and a last look. */
export async function racesOf(rounds: number, system: System, name: string, seed: number): Promise<Operation[]> {
  const history: Operation[] = []
  for (let round = 0; round < rounds; round++) {
    const weather = { name: `${name}, round ${round}`, rules: [] }
    const entries = [...QUICK, ...LENIENT].map((scenario) => ({ scenario, trials: 4 }))
    history.push(...(await runTrials(system, entries, { weather, sideBySide: 8, seed: seed + round })))
  }
  await lookBack(system, name, history)
  return history
}

/** When all is quiet, all users' rows once more: nothing may have been lost since. */
async function lookBack(system: System, name: string, history: Operation[]): Promise<void> {
  const generator = createGenerator(system, `${name}, the end`, (operation) => history.push(operation))
  const users = new Set(history.filter(({ op }) => op === 'table-snapshot').map(({ user }) => user))
  await inLanes(8, [...users], (id) => generator.snapshot({ id: id as UserId }))
  generator.close()
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
