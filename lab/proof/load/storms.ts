import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultWindow } from '../checker/checker.ts'
import { type Instant, instant, type Operation } from '../history/operation.ts'
import { judged, type Phase } from '../phase.ts'
import type { Section } from '../section.ts'
import type { System } from '../system.ts'
import { type Effort, offer } from './load.ts'
import { type Population, populate } from './population.ts'
import { STEADY, type Stretch, scaled } from './schedule.ts'
import { ALL_STORMS, carried, QUICK_STORMS, type Storm } from './storm-catalogue.ts'
import { sayStorm, stormSection } from './storm-section.ts'

// Faults come and go under a load that does neither: what is answered meanwhile, and how soon all is well again.

export interface StormOptions {
  readonly seed: number
  readonly storms: readonly Storm[]
  /** Until every worker has imported what it runs: nothing of this is measured. */
  readonly warmUpSeconds: number
  /** Before the first, of each fault, and after each. */
  readonly baselineSeconds: number
  readonly faultSeconds: number
  readonly recoverySeconds: number
  /** Of the steady load. */
  readonly scale: number
}

export const QUICK_WEATHER = {
  storms: QUICK_STORMS,
  warmUpSeconds: 3,
  baselineSeconds: 3,
  faultSeconds: 2,
  recoverySeconds: 2,
  scale: 0.6,
}
export const FULL_WEATHER = {
  storms: ALL_STORMS,
  warmUpSeconds: 10,
  baselineSeconds: 15,
  faultSeconds: 4,
  recoverySeconds: 5,
  scale: 1,
}

/** What went over the wire to the datastore in a storm. */
export interface Traffic {
  calls: number
  firstTries: number
  mostTries: number
}

export interface Weathered {
  readonly storm: Storm
  readonly window: FaultWindow
  readonly traffic: Traffic
}

const SPOILT = 'F15'

export async function playStorms(system: System, options: StormOptions): Promise<{ phase: Phase; section: Section }> {
  const { seed, storms, scale } = options
  const population = await populate(system, { name: 'storms', seed })
  try {
    const rates = scaled(STEADY, scale)
    const workers = { light: system.pids('light').length, heavy: Math.max(1, system.pids('heavy').length) }
    const stretches: Stretch[] = [
      { seconds: options.baselineSeconds, rates, spacing: 'poisson' },
      ...storms.flatMap((storm): Stretch[] => [
        { seconds: secondsOf(storm, options), rates: carried(rates, storm, workers) },
        { seconds: options.recoverySeconds, rates, spacing: 'poisson' },
      ]),
    ]
    await offer(population, [{ seconds: options.warmUpSeconds, rates, spacing: 'poisson' }], seed).done
    const { from, done } = offer(population, stretches, seed)
    const weathered = await raise(system, population, options, from)
    const effort = await done
    await population.lookBack()
    return judgeStorms(population.history, { from, weathered, effort }, options)
  } finally {
    population.close()
  }
}

/** Lets each fault come and go, in its time. */
async function raise(system: System, population: Population, options: StormOptions, from: Instant) {
  const { proxy } = system
  const weathered: Weathered[] = []
  let at = from + options.baselineSeconds * 1_000_000
  for (const storm of options.storms) {
    await until(at)
    const traffic = { calls: 0, firstTries: 0, mostTries: 0 }
    proxy.onCall = ({ attempt }) => {
      traffic.calls++
      if (attempt === 1) traffic.firstTries++
      traffic.mostTries = Math.max(traffic.mostTries, attempt)
    }
    let accept: (() => Promise<void>) | undefined
    // Refused calls are seen by nobody.
    if (storm.rules === 'refused') accept = await proxy.refuse()
    else proxy.rules = storm.rules
    const began = instant()
    const seconds = secondsOf(storm, options)
    for (const kind of storm.also ?? []) void population.act(kind)
    await until(at + seconds * 1_000_000)
    proxy.rules = []
    await accept?.()
    const window = { name: storm.name, from: began, to: instant() }
    proxy.onCall = undefined
    weathered.push({ storm, window, traffic })
    at += (seconds + options.recoverySeconds) * 1_000_000
    await until(at)
    console.log(sayStorm(storm, population.history, window))
  }
  return weathered
}

const secondsOf = ({ leastSeconds = 0 }: Storm, { faultSeconds }: StormOptions) => Math.max(leastSeconds, faultSeconds)

async function until(at: Instant): Promise<void> {
  await sleep(Math.max(0, (at - instant()) / 1000))
}

function judgeStorms(
  history: readonly Operation[],
  { from, weathered, effort }: { from: Instant; weathered: readonly Weathered[]; effort: Effort },
  { recoverySeconds }: StormOptions,
) {
  const told = withoutSpoilt(history, weathered)
  const windows = weathered.map(({ window }) => window)
  const section = stormSection({ history, told, from, weathered, effort, recoverySeconds })
  const said = `${weathered.length} faults came and went; ${section.failures.length} answers or recoveries not as they should be`
  return { phase: judged('storms', told, { windows }, { said, figures: { effort } }), section }
}

/**
 * What the checker is told. A spoilt item is no session, and whoever presents it is refused, or has nothing to sign out
 * of; once it is read as it was it is one again. Such answers are the fault's own, and go in as answers that were lost:
 * that takes them out of K2, and K1, K4 and K8 do not take them for the truth. What was accepted counts as ever.
 */
export function withoutSpoilt(history: readonly Operation[], weathered: readonly Weathered[]): Operation[] {
  const spoilt = weathered.filter(({ storm }) => storm.id === SPOILT).map(({ window }) => window)
  return history.map((operation) => {
    const { op, outcome, invoked, returned } = operation
    const isIn = spoilt.some(({ from, to }) => from <= returned && invoked <= to)
    const isOf = outcome === 'deny' || (outcome === 'ok' && op === 'logout')
    return isIn && isOf ? { ...operation, outcome: 'ambiguous', status: 0 } : operation
  })
}
