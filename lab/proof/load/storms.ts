import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultWindow } from '../figures/availability.ts'
import { type Instant, instant, type Operation } from '../history/operation.ts'
import { judgePhase, type Phase } from '../phase.ts'
import type { Section } from '../section.ts'
import type { System } from '../system.ts'
import { type Effort, offer } from './load.ts'
import { type Population, populate } from './population.ts'
import { STEADY, type Stretch, scaled } from './schedule.ts'
import { ALL_STORMS, CI_STORMS, type Storm, sustainableRates } from './storm-catalogue.ts'
import { describeStorm, stormSection } from './storm-section.ts'

// Faults come and go under a steady load: availability (R7), recovery (R8) and attempts (R11).

export interface StormOptions {
  readonly seed: number
  readonly storms: readonly Storm[]
  /** Not measured: until every worker has imported its functions. */
  readonly warmUpSeconds: number
  /** Before the first fault, of each fault, and after each. */
  readonly baselineSeconds: number
  readonly faultSeconds: number
  readonly recoverySeconds: number
  /** Factor of the steady load. */
  readonly scale: number
}

export const QUICK_STORMS = {
  storms: CI_STORMS,
  warmUpSeconds: 3,
  baselineSeconds: 3,
  faultSeconds: 2,
  recoverySeconds: 2,
  scale: 0.6,
}
export const FULL_STORMS = {
  storms: ALL_STORMS,
  warmUpSeconds: 10,
  baselineSeconds: 15,
  faultSeconds: 3,
  recoverySeconds: 5,
  scale: 1,
}

/** Datastore calls during a fault; `calls` counts every attempt. */
export interface Traffic {
  calls: number
  firstTries: number
  mostTries: number
}

export interface Played {
  readonly storm: Storm
  readonly window: FaultWindow
  readonly traffic: Traffic
}

const CORRUPTED_ITEM = 'F15'

export async function playStorms(system: System, options: StormOptions): Promise<{ phase: Phase; section: Section }> {
  const { seed, storms, scale } = options
  const population = await populate(system, { name: 'storms', seed })
  try {
    const rates = scaled(STEADY, scale)
    const workers = { light: system.pids('light').length, heavy: Math.max(1, system.pids('heavy').length) }
    const stretches: Stretch[] = [
      { seconds: options.baselineSeconds, rates, spacing: 'poisson' },
      ...storms.flatMap((storm): Stretch[] => [
        { seconds: secondsOf(storm, options), rates: sustainableRates(rates, storm, workers) },
        { seconds: options.recoverySeconds, rates, spacing: 'poisson' },
      ]),
    ]
    await offer(population, [{ seconds: options.warmUpSeconds, rates, spacing: 'poisson' }], seed).done
    const { from, done } = offer(population, stretches, seed)
    const played = await playEach(system, population, options, from)
    const effort = await done
    await population.checkAll()
    return judgeStorms(population.history, { from, played, effort }, options)
  } finally {
    population.close()
  }
}

async function playEach(system: System, population: Population, options: StormOptions, from: Instant) {
  const { proxy } = system
  const played: Played[] = []
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
    played.push({ storm, window, traffic })
    at += (seconds + options.recoverySeconds) * 1_000_000
    await until(at)
    console.log(describeStorm(storm, population.history, window))
  }
  return played
}

const secondsOf = ({ leastSeconds = 0 }: Storm, { faultSeconds }: StormOptions) => Math.max(leastSeconds, faultSeconds)

async function until(at: Instant): Promise<void> {
  await sleep(Math.max(0, (at - instant()) / 1000))
}

function judgeStorms(
  history: readonly Operation[],
  { from, played, effort }: { from: Instant; played: readonly Played[]; effort: Effort },
  { recoverySeconds }: StormOptions,
) {
  const corrected = withoutCorruption(history, played)
  const section = stormSection({ history, corrected, from, played, effort, recoverySeconds })
  const note = `${played.length} faults, ${section.failures.length} findings`
  return { phase: judgePhase('storms', corrected, {}, { note, figures: { effort } }), section }
}

/**
 * The history for the checker. While items are corrupted in transit, a valid session is refused, is missing in a list, is
 * no active one for an introspection, or has no row for a logout to delete, and later it is valid again. These responses count as lost ones, so that K2 does not report them and
 * K1, K4 and K8 do not rely on them. Acceptances are judged as always.
 */
export function withoutCorruption(history: readonly Operation[], played: readonly Played[]): Operation[] {
  const corrupted = played.filter(({ storm }) => storm.id === CORRUPTED_ITEM).map(({ window }) => window)
  return history.map((operation) => {
    const { op, outcome, invoked, returned, active } = operation
    const isDuring = corrupted.some(({ from, to }) => from <= returned && invoked <= to)
    const leavesOut = op === 'logout' || op === 'list' || (op === 'introspect' && active === false)
    const isAffected = outcome === 'deny' || (outcome === 'ok' && leavesOut)
    if (!isDuring || !isAffected) return operation
    return { ...operation, outcome: 'ambiguous', status: 0, listed: undefined, active: undefined }
  })
}
