import type { CheckerOptions } from '../checker/checker.ts'
import { judgePhase, type Phase } from '../phase.ts'
import type { Sizes } from '../sizes.ts'
import { type Setting, type System, startSystem } from '../system.ts'
import { CONDITIONS, LATE, runTrials } from './races.ts'
import { BUDGET, CAP, CAPPED, SCENARIOS, scenarioOf } from './scenarios.ts'
import { LENIENT } from './scenarios-lenient.ts'
import type { Scenario } from './trial.ts'

// Every scenario under every condition.

/** One phase for each condition. */
export async function* raceUnderEachCondition(system: System, sizes: Sizes, seed: number): AsyncGenerator<Phase> {
  const trialsOf = (scenario: Scenario, trials: number) => {
    if (LENIENT.includes(scenario)) return sizes.lenient
    return scenario.name === 'logout in parallel to renewing checks' ? sizes.revocations : trials
  }
  yield* underEach(system, SCENARIOS, sizes, seed, trialsOf, {}, 'races')
}

/** A late response blocks its process: this system has more workers, and only routes that allow staleness are raced. */
export async function raceWithLateReads(setting: Setting, { lenient: trials }: Sizes): Promise<Phase> {
  const system = await startSystem({ ...setting, lightWorkers: MANY_WORKERS })
  try {
    const entries = LENIENT.map((scenario) => ({ scenario, trials }))
    const options = { condition: LATE, parallel: PARALLEL, parallelWaiting: 4, seed: setting.seed }
    return judgePhase(`races, ${LATE.name}`, await runTrials(system, entries, options))
  } finally {
    await system.close()
  }
}

/** Keeps all workers busy. */
const PARALLEL = 8
export const MANY_WORKERS = 12

interface Limited {
  readonly name: string
  readonly environment: Record<string, string>
  readonly scenarios: readonly Scenario[]
  readonly options: CheckerOptions
}

/** Services with a limit so low that the races reach it. */
const LIMITED: readonly Limited[] = [
  {
    name: 'at the session cap',
    environment: { SESSION_MAX_PER_USER: String(CAP) },
    scenarios: CAPPED,
    options: { cap: CAP },
  },
  {
    name: 'at the rate limit',
    environment: { LOGIN_ATTEMPTS_PER_ACCOUNT: String(BUDGET.slots) },
    scenarios: [scenarioOf('wrong passwords')],
    options: { budget: BUDGET },
  },
]

export async function* raceAtLimits(setting: Setting, sizes: Sizes): AsyncGenerator<Phase> {
  for (const { name, environment, scenarios, options } of LIMITED) {
    const system = await startSystem({ ...setting, environment })
    try {
      for await (const phase of underEach(system, scenarios, sizes, setting.seed, (_, trials) => trials, options, name))
        yield phase
    } finally {
      await system.close()
    }
  }
}

async function* underEach(
  system: System,
  scenarios: readonly Scenario[],
  { trials, trialsUnderFault }: Sizes,
  seed: number,
  trialsOf: (scenario: Scenario, trials: number) => number,
  options: CheckerOptions,
  name: string,
): AsyncGenerator<Phase> {
  for (const condition of CONDITIONS) {
    const entries = scenarios.map((scenario) => ({
      scenario,
      trials: trialsOf(scenario, condition.rules.length === 0 ? trials : trialsUnderFault),
    }))
    const history = await runTrials(system, entries, { condition, parallel: PARALLEL, seed })
    yield judgePhase(`${name}, ${condition.name}`, history, options)
  }
}
