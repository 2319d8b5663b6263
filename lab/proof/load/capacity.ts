import { latencyOf } from '../figures/latency.ts'
import type { Section } from '../section.ts'
import type { System } from '../system.ts'
import { offer } from './load.ts'
import { type Population, type PopulationOptions, populate } from './population.ts'
import { type Rates, scaled, totalOf } from './schedule.ts'

// R10: the highest rate without an error or a slow response.

export interface Search {
  readonly name: string
  /** The operations and their proportions. */
  readonly rates: Rates
  /** The limit of the 99th percentile. */
  readonly gateMs: number
  /** Requests a second of the first step. */
  readonly first: number
  /** The length of each step. */
  readonly seconds: number
}

interface Step {
  readonly rate: number
  readonly passed: boolean
  readonly requests: number
  readonly errors: number
  readonly p99: number
  readonly cpuShare: number
}

export interface Capacity {
  readonly search: Search
  /** Requests a second; 0 if not even a sixteenth of the first step passed. */
  readonly rate: number
  readonly steps: readonly Step[]
}

export const CHECKS: Search = { name: 'checks', rates: { me: 1 }, gateMs: 100, first: 25, seconds: 5 }
export const LOGINS: Search = { name: 'logins', rates: { login: 1 }, gateMs: 1000, first: 4, seconds: 5 }
export const LOGINS_AND_LOGOUTS: Search = {
  name: 'logins and logouts in equal parts',
  rates: { login: 1, logout: 1 },
  gateMs: 1000,
  first: 4,
  seconds: 5,
}

export async function findCapacity(system: System, search: Search, options: PopulationOptions): Promise<Capacity> {
  const population = await populate(system, options)
  const steps: Step[] = []
  try {
    await tryRate(population, search, search.first / 2, options.seed) // warms the workers up
    const rate = await highestRate(async (each) => {
      // A rate fails only twice: the machine may have been busy with something else.
      for (let tries = 0; tries < 2; tries++) {
        const step = await tryRate(population, search, each, options.seed + steps.length)
        steps.push(step)
        console.log(
          `${options.name}: ${search.name}, ${each} a second: ${step.passed ? 'passed' : 'failed'}, 99 % within ${step.p99.toFixed(0)} ms, ${step.errors} errors`,
        )
        if (step.passed) return true
      }
      return false
    }, search.first)
    return { search, rate, steps }
  } finally {
    population.close()
  }
}

async function tryRate(population: Population, { rates, gateMs, seconds }: Search, rate: number, seed: number) {
  const { history } = population
  const from = history.length
  const stretch = { seconds, rates: scaled(rates, rate / totalOf(rates)), spacing: 'poisson' } as const
  const { cpuShare } = await offer(population, [stretch], seed).done
  const requests = history.slice(from)
  const errors = requests.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'deny').length
  const p99 = latencyOf(requests)?.p99 ?? 0
  return { rate, passed: errors === 0 && p99 <= gateMs, requests: requests.length, errors, p99, cpuShare }
}

/** Doubles while the rate passes, or halves until it does, then bisects to a tenth. */
export async function highestRate(passes: (rate: number) => Promise<boolean>, first: number): Promise<number> {
  let [low, high] = [0, first]
  if (await passes(first)) {
    do {
      low = high
      high *= 2
    } while (await passes(high))
  } else {
    do {
      high = low === 0 ? high : low
      low = high / 2
      if (low < first / 16) return 0
    } while (!(await passes(low)))
  }
  while (high / low > 1.1) {
    const middle = rounded((low + high) / 2)
    if (middle <= low || middle >= high) break
    if (await passes(middle)) low = middle
    else high = middle
  }
  return low
}

const rounded = (rate: number) => (rate > 20 ? Math.round(rate) : Math.round(rate * 10) / 10)

export function capacitySection(found: readonly { readonly of: string; readonly capacity: Capacity }[]): Section {
  return {
    title: 'Capacity',
    text: 'The highest rate of requests with Poisson arrivals, without an error and with a 99th percentile within the gate (R10); found by doubling, then bisection to a tenth. Engine, workers and one process with generator, front and proxy share one machine; above 70 % of a core that process limits the rate too.',
    columns: ['operations', 'profile', 'gate', 'requests a second', 'p99', 'generator, front and proxy', 'steps'],
    rows: found.map(({ of, capacity: { search, rate, steps } }) => {
      const best = steps.findLast((step) => step.passed && step.rate === rate)
      const [p99, cpu] = best ? [`${best.p99.toFixed(0)} ms`, `${(best.cpuShare * 100).toFixed(0)} %`] : ['–', '–']
      return [search.name, of, `${search.gateMs} ms`, rate, p99, cpu, steps.length]
    }),
    failures: [],
    data: found,
  }
}
