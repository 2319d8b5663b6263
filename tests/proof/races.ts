import { type CheckerOptions, check, type Verdict } from './checker.ts'
import type { Rule as FaultRule } from './faults.ts'
import { createGenerator } from './generator.ts'
import type { Operation } from './history-operation.ts'
import type { Scenario } from './scenarios.ts'
import type { System } from './system.ts'

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
    const admin = await generator.login(await system.user(['admin:read', 'admin:write', 'admin:revoke']))
    if (!admin) throw new Error('The administrator of the proof cannot sign in.')
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
