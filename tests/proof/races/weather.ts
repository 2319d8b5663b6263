import type { CheckerOptions } from '../checker/checker.ts'
import type { Operation } from '../history/operation.ts'
import { judged, type Phase } from '../phase.ts'
import type { Sizes } from '../sizes.ts'
import { type Setting, type System, startSystem } from '../system.ts'
import { race, WEATHERS } from './races.ts'
import { CAP, CAPPED, SCENARIOS } from './scenarios.ts'
import type { Scenario } from './trial.ts'

// Every scenario in every weather.

/** One phase for each weather. */
export async function* everyWeather(system: System, sizes: Sizes, seed: number): AsyncGenerator<Phase> {
  const trialsOf = ({ name }: Scenario, trials: number) =>
    name === 'logout beside checks that renew' ? sizes.revocations : trials
  yield* inEach(system, SCENARIOS, sizes, seed, trialsOf, {})
}

/** The same of a service that lets a user have few sessions. */
export async function* atTheCap(setting: Setting, sizes: Sizes): AsyncGenerator<Phase> {
  const system = await startSystem({ ...setting, environment: { SESSION_MAX_PER_USER: String(CAP) } })
  try {
    for await (const phase of inEach(system, CAPPED, sizes, setting.seed, (_, trials) => trials, { cap: CAP }))
      yield { ...phase, name: `at the cap, ${phase.name}` }
  } finally {
    await system.close()
  }
}

async function* inEach(
  system: System,
  scenarios: readonly Scenario[],
  { clear, spoilt }: Sizes,
  seed: number,
  trialsOf: (scenario: Scenario, trials: number) => number,
  options: CheckerOptions,
): AsyncGenerator<Phase> {
  for (const weather of WEATHERS) {
    const history: Operation[] = []
    for (const scenario of scenarios) {
      const trials = trialsOf(scenario, weather.rules.length === 0 ? clear : spoilt)
      const raced = await race(system, { scenario, weather, trials, seed }, options)
      history.push(...raced.history)
      if (trials >= 20) console.log(`${weather.name}: ${scenario.name}: ${trials} trials`)
    }
    yield judged(`races, ${weather.name}`, history, options)
  }
}
