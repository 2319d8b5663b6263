import { intendedIn } from '../figures/availability.ts'
import { latenciesOf } from '../figures/latency.ts'
import { judgePhase, type Phase } from '../phase.ts'
import type { Section } from '../section.ts'
import type { System } from '../system.ts'
import { type Effort, offer } from './load.ts'
import { type PopulationOptions, populate } from './population.ts'
import { startSampling } from './resources.ts'
import { type Rates, STEADY, type Stretch, scaled } from './schedule.ts'
import { latencySection, resourceSection } from './soak-section.ts'

// A steady load: latency (R9) and resources (R19).

export interface SoakOptions extends PopulationOptions {
  readonly rates: Rates
  /** Not measured. */
  readonly warmUpSeconds: number
  /** Stretches that are measured one by one. */
  readonly runs: number
  readonly runSeconds: number
  /** The pid of the engine. */
  readonly engine?: number | undefined
}

/** Checks at about a third of the capacity, if that is known, and some of all other operations. */
export function nominalRates(checkCapacity = Infinity): Rates {
  const checks = Math.min(250, Math.round(0.35 * checkCapacity))
  return { ...scaled(STEADY, 0.1), me: checks, login: 2, logout: 1.5 }
}

const SAMPLES = 120

export async function playSoak(system: System, options: SoakOptions): Promise<{ phase: Phase; sections: Section[] }> {
  const { name, seed, rates, warmUpSeconds, runs, runSeconds, engine } = options
  const population = await populate(system, options)
  try {
    const steady: Stretch = { seconds: runSeconds, rates, spacing: 'poisson' }
    const warmedUp = await offer(population, [{ ...steady, seconds: warmUpSeconds }], seed).done
    console.log(`${name}: warmed up with ${warmedUp.sent} requests`)
    const { history } = population
    const first = history.length
    const sampling = startSampling(
      () => ({
        'workers for checks and changes': system.pids('light'),
        'workers that hash': system.pids('heavy'),
        'generator, front and proxy': [process.pid],
        ...(engine === undefined ? {} : { engine: [engine] }),
      }),
      Math.max(1000, (runs * runSeconds * 1000) / SAMPLES),
    )
    const efforts: Effort[] = []
    const latencies = []
    for (let run = 1; run <= runs; run++) {
      const { from, done } = offer(population, [steady], seed + run)
      const effort = await done
      efforts.push(effort)
      const of = latenciesOf(intendedIn(history.slice(first), from, from + runSeconds * 1_000_000))
      latencies.push(of)
      console.log(`${name}: run ${run} of ${runs}: ${effort.sent} requests, checks p99 ${of.me?.p99.toFixed(0)} ms`)
    }
    const components = await sampling.stop()
    const failed = failedIn(history.slice(first))
    await population.checkAll()
    const note = `${runs} × ${runSeconds} s, ${failed} requests with an error`
    return {
      phase: judgePhase(name, history, {}, { note, figures: { rates, efforts, components } }),
      sections: [
        latencySection(options, latencies, efforts, failed),
        resourceSection(name, components, minutesOf(options)),
      ],
    }
  } finally {
    population.close()
  }
}

const minutesOf = ({ runs, runSeconds }: SoakOptions) => (runs * runSeconds) / 60

const failedIn = (history: readonly { outcome: string }[]) =>
  history.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'deny').length
