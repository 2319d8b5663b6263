import type { CheckerOptions } from '../checker/checker.ts'
import { judged, type Phase } from '../phase.ts'
import type { Sizes } from '../sizes.ts'
import { type Setting, type System, startSystem } from '../system.ts'
import { LATE, runTrials, WEATHERS } from './races.ts'
import { BUDGET, CAP, CAPPED, SCENARIOS, scenarioOf } from './scenarios.ts'
import { LENIENT } from './scenarios-lenient.ts'
import type { Scenario } from './trial.ts'

// Every scenario in every weather.

/** One phase for each weather. */
export async function* everyWeather(system: System, sizes: Sizes, seed: number): AsyncGenerator<Phase> {
  const trialsOf = (scenario: Scenario, trials: number) => {
    if (LENIENT.includes(scenario)) return sizes.lenient
    return scenario.name === 'logout beside checks that renew' ? sizes.revocations : trials
  }
  yield* inEach(system, SCENARIOS, sizes, seed, trialsOf, {}, 'races')
}

/** Where answers are late each holds a process up: of those there are more here, and beside the checks nothing is played. */
export async function whenLate(setting: Setting, { lenient: trials }: Sizes): Promise<Phase> {
  const system = await startSystem({ ...setting, lightWorkers: MANY_WORKERS })
  try {
    const entries = LENIENT.map((scenario) => ({ scenario, trials }))
    const options = { weather: LATE, sideBySide: SIDE_BY_SIDE, patient: 4, seed: setting.seed }
    return judged(`races, ${LATE.name}`, await runTrials(system, entries, options))
  } finally {
    await system.close()
  }
}

/** As many as keep all workers busy. */
const SIDE_BY_SIDE = 8
export const MANY_WORKERS = 12

interface Limited {
  readonly name: string
  readonly environment: Record<string, string>
  readonly scenarios: readonly Scenario[]
  readonly options: CheckerOptions
}

/** Services with so low a limit that the races reach it. */
const LIMITED: readonly Limited[] = [
  {
    name: 'at the cap',
    environment: { SESSION_MAX_PER_USER: String(CAP) },
    scenarios: CAPPED,
    options: { cap: CAP },
  },
  {
    name: 'at the end of the budget',
    environment: { LOGIN_ATTEMPTS_PER_ACCOUNT: String(BUDGET.slots) },
    scenarios: [scenarioOf('guesses')],
    options: { budget: BUDGET },
  },
]

/** The same of services that let a user have few sessions, or guess few times. */
export async function* atTheLimits(setting: Setting, sizes: Sizes): AsyncGenerator<Phase> {
  for (const { name, environment, scenarios, options } of LIMITED) {
    const system = await startSystem({ ...setting, environment })
    try {
      for await (const phase of inEach(system, scenarios, sizes, setting.seed, (_, trials) => trials, options, name))
        yield phase
    } finally {
      await system.close()
    }
  }
}

async function* inEach(
  system: System,
  scenarios: readonly Scenario[],
  { clear, spoilt }: Sizes,
  seed: number,
  trialsOf: (scenario: Scenario, trials: number) => number,
  options: CheckerOptions,
  name: string,
): AsyncGenerator<Phase> {
  for (const weather of WEATHERS) {
    const entries = scenarios.map((scenario) => ({
      scenario,
      trials: trialsOf(scenario, weather.rules.length === 0 ? clear : spoilt),
    }))
    const history = await runTrials(system, entries, { weather, sideBySide: SIDE_BY_SIDE, seed })
    yield judged(`${name}, ${weather.name}`, history, options)
  }
}
