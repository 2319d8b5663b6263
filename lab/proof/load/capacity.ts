import { latencyOf } from '../figures/latency.ts'
import type { Section } from '../section.ts'
import type { System } from '../system.ts'
import { offer } from './load.ts'
import { type Population, type PopulationOptions, populate } from './population.ts'
import { type Rates, scaled, totalOf } from './schedule.ts'

// R10: how much can be asked before something fails or takes too long.

export interface Search {
  readonly name: string
  /** Which operations, in which proportion. */
  readonly rates: Rates
  /** What 99 of 100 may take. */
  readonly gateMs: number
  /** A second, where the search begins. */
  readonly first: number
  /** Of each step. */
  readonly seconds: number
}

interface Step {
  readonly rate: number
  readonly passed: boolean
  readonly asked: number
  readonly errors: number
  readonly p99: number
  readonly cpuShare: number
}

export interface Capacity {
  readonly search: Search
  /** A second; 0 where not even the least was carried. */
  readonly rate: number
  readonly steps: readonly Step[]
}

export const CHECKS: Search = { name: 'checks', rates: { me: 1 }, gateMs: 100, first: 25, seconds: 5 }
export const LOGINS: Search = { name: 'logins', rates: { login: 1 }, gateMs: 1000, first: 4, seconds: 5 }
export const COMINGS_AND_GOINGS: Search = {
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
    await tryRate(population, search, search.first / 2, options.seed) // workers import what they run
    const rate = await highestRate(async (each) => {
      // Of two that fail both must: a noise of the machine is not the service's.
      for (let tries = 0; tries < 2; tries++) {
        const step = await tryRate(population, search, each, options.seed + steps.length)
        steps.push(step)
        console.log(
          `${options.name}: ${search.name}, ${each} a second: ${step.passed ? 'carried' : 'too many'}, 99 % within ${step.p99.toFixed(0)} ms, ${step.errors} errors`,
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
  const asked = history.slice(from)
  const errors = asked.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'deny').length
  const p99 = latencyOf(asked)?.p99 ?? 0
  return { rate, passed: errors === 0 && p99 <= gateMs, asked: asked.length, errors, p99, cpuShare }
}

/** Doubles while it is carried, or halves until it is, and then closes in to a tenth. */
export async function highestRate(carries: (rate: number) => Promise<boolean>, first: number): Promise<number> {
  let [low, high] = [0, first]
  if (await carries(first)) {
    do {
      low = high
      high *= 2
    } while (await carries(high))
  } else {
    do {
      high = low === 0 ? high : low
      low = high / 2
      if (low < first / 16) return 0
    } while (!(await carries(low)))
  }
  while (high / low > 1.1) {
    const middle = rounded((low + high) / 2)
    if (middle <= low || middle >= high) break
    if (await carries(middle)) low = middle
    else high = middle
  }
  return low
}

const rounded = (rate: number) => (rate > 20 ? Math.round(rate) : Math.round(rate * 10) / 10)

export function capacitySection(found: readonly { readonly of: string; readonly capacity: Capacity }[]): Section {
  return {
    title: 'Capacity',
    text: 'The most that can be asked a second, as people come who know nothing of each other, with no error and 99 of 100 answers within the gate (R10); found by doubling and closing in to a tenth. All of it on one machine: engine, workers, and one process that is generator, front and proxy; what that took of a core is said, for above 70 % it is a part of the limit.',
    columns: ['what', 'of', 'gate', 'a second', '99 % within', 'that process', 'steps'],
    rows: found.map(({ of, capacity: { search, rate, steps } }) => {
      const best = steps.findLast((step) => step.passed && step.rate === rate)
      const [p99, cpu] = best ? [`${best.p99.toFixed(0)} ms`, `${(best.cpuShare * 100).toFixed(0)} %`] : ['–', '–']
      return [search.name, of, `${search.gateMs} ms`, rate, p99, cpu, steps.length]
    }),
    failures: [],
    data: found,
  }
}
