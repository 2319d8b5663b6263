import { setTimeout as sleep } from 'node:timers/promises'
import type { UserId } from '../../../lib/user.ts'
import { type CheckerOptions, check, type Verdict } from '../checker/checker.ts'
import type { Rule as FaultRule } from '../faults/faults.ts'
import { createGenerator, type Generator, type Held } from '../generator.ts'
import type { Operation } from '../history/operation.ts'
import type { System } from '../system.ts'
import { SCENARIOS } from './scenarios.ts'
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

/** A write that was applied and reported failed leaves a row nobody holds: as many as a creation has tries. */
const ROWS_PER_CREATION = 6
/** What acts a while after its answer was lost has acted by the longest deadline of a request, and some. */
export const SETTLED: CheckerOptions = { settle: 20_000_000, rowsPerCreation: ROWS_PER_CREATION }

export interface Raced {
  readonly history: Operation[]
  readonly verdict: Verdict
}

/** Runs trials of a scenario, some side by side, until there are enough, and judges what was seen. */
export async function race(
  system: System,
  {
    scenario,
    weather,
    trials,
    sideBySide = 4,
    seed,
  }: {
    scenario: Scenario
    weather: Weather
    trials: number
    sideBySide?: number
    seed: number
  },
  options: CheckerOptions = {},
): Promise<Raced> {
  const history: Operation[] = []
  const generator = createGenerator(system, `${scenario.name}, ${weather.name}`, (operation) => history.push(operation))
  const random = randomFrom(seed)
  try {
    system.proxy.rules = []
    const admin = await administratorOf(system, generator)
    system.proxy.rules = weather.rules
    let left = trials
    const lane = async () => {
      while (left-- > 0) await scenario.run({ system, generator, history, admin, random })
    }
    await Promise.all(Array.from({ length: sideBySide }, lane))
  } finally {
    system.proxy.rules = []
    generator.close()
  }
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
const PATIENT = SCENARIOS.filter(({ name }) => !/guesses|at its end/.test(name))

/**
 * Races, one scenario after another and round after round, until it is over; and when all is quiet, all users' rows
 * once more: nothing may have been lost since.
 */
export async function racesUntil(
  isOver: (round: number) => boolean,
  system: System,
  name: string,
  seed: number,
): Promise<Operation[]> {
  const history: Operation[] = []
  for (let round = 0; !isOver(round); round++)
    for (const scenario of PATIENT) {
      if (isOver(round)) break
      const weather = { name: `${name}, round ${round}`, rules: [] }
      history.push(...(await race(system, { scenario, weather, trials: 4, seed: seed + round })).history)
    }
  const generator = createGenerator(system, `${name}, the end`, (operation) => history.push(operation))
  const users = new Set(history.filter(({ op }) => op === 'table-snapshot').map(({ user }) => user))
  for (const id of users) await generator.snapshot({ id: id as UserId })
  generator.close()
  return history
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
