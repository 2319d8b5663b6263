import fc from 'fast-check'
import { answers } from './answers.ts'
import { type Bench, type BenchOptions, openBench } from './bench.ts'
import { bodies } from './bodies.ts'
import { events } from './events.ts'
import { headers } from './headers.ts'
import { items } from './items.ts'
import { paths } from './paths.ts'
import { readResponse } from './response.ts'
import { eventOf, samplesOf } from './samples.ts'
import { runTrial, type Trial } from './trial.ts'

export interface Failure {
  /** Sentences that begin with the name of the broken promise. */
  readonly wrong: readonly string[]
  /** The smallest case that fails, as JSON, and its seed. */
  readonly trial: string
  readonly seed: number
}

export interface Fuzzed {
  readonly property: Property
  readonly cases: number
  readonly failures: readonly Failure[]
  readonly longestMs: number
  /** How often each status occurred; 0 for an exception, as of an authorizer, or an item that the engine rejects. */
  readonly statuses: Readonly<Record<number, number>>
}

export interface FuzzOptions extends BenchOptions {
  /** Cases for each property. */
  readonly runs: number
  readonly properties?: readonly Property[]
  readonly progress?: (line: string) => void
  /** Whether the service has a seeded mistake: the first failure is enough, and samples may fail. */
  readonly isBroken?: boolean
}

export const PROPERTIES = ['bodies', 'headers', 'paths', 'events', 'items', 'answers'] as const
export type Property = (typeof PROPERTIES)[number]

const MOST_FAILURES = 8
/** Runs for shrinking a failing case. */
const SHRINK_RUNS = 150

export async function fuzzAll(options: FuzzOptions): Promise<Fuzzed[]> {
  const bench = await openBench(options)
  try {
    return await fuzzBench(bench, options)
  } finally {
    await bench.close()
  }
}

export async function fuzzBench(bench: Bench, options: Omit<FuzzOptions, 'engine'>): Promise<Fuzzed[]> {
  const { runs, seed, properties = PROPERTIES, progress = () => {}, isBroken = false } = options
  const arbitraries = await trialsOf(bench, isBroken)
  const all: Fuzzed[] = []
  for (const property of properties) {
    const fuzzed = await fuzz(bench, property, arbitraries[property], {
      runs,
      seed,
      most: isBroken ? 1 : MOST_FAILURES,
    })
    const { cases, failures, longestMs, statuses } = fuzzed
    progress(
      `fuzz: ${property}: ${cases} cases, ${failures.length} failures, longest ${Math.round(longestMs)} ms, ${JSON.stringify(statuses)}`,
    )
    for (const { wrong, trial, seed } of failures) progress(`  seed ${seed}: ${wrong.join('; ')}\n  ${trial}`)
    all.push(fuzzed)
  }
  return all
}

/** The cases of each property. Every sample must succeed first: cases of a failing sample would test nothing. */
async function trialsOf(bench: Bench, isBroken = false): Promise<Record<Property, fc.Arbitrary<Trial>>> {
  const { cast } = bench
  const keys = new Map<string, Record<string, never>>()
  for (const [name, sample] of Object.entries(samplesOf(cast))) {
    const { outcome, wrong } = await runTrial(bench, { given: { name, event: eventOf(cast, name, sample) } })
    const { statusCode = 0 } = readResponse(outcome.result) ?? {}
    if (!isBroken && (statusCode >= 400 || wrong.length > 0)) {
      const why = `${statusCode} ${JSON.stringify(outcome.result)} ${outcome.thrown ?? ''} ${outcome.log}`
      throw new Error(`The sample of the function "${name}" must succeed: ${wrong} ${why}`)
    }
    for (const { asked } of outcome.exchanges)
      if (asked.TableName === cast.tables.attempts) keys.set(JSON.stringify(asked.Key), asked.Key as never)
  }
  return {
    bodies: bodies(cast),
    headers: headers(cast),
    paths: paths(cast),
    events: events(cast),
    items: items(cast, [...keys.values()]),
    answers: answers(cast),
  }
}

async function fuzz(
  bench: Bench,
  property: Property,
  arbitrary: fc.Arbitrary<Trial>,
  { runs, seed, most }: { runs: number; seed: number; most: number },
): Promise<Fuzzed> {
  const failures: Failure[] = []
  const known = new Set<string>()
  const statuses: Record<number, number> = {}
  let cases = 0
  let longestMs = 0
  for (let from = seed; cases < runs && failures.length < most; from++) {
    let first: string | undefined
    let smaller = 0
    const checked = fc.asyncProperty(arbitrary, async (trial) => {
      if (first !== undefined && ++smaller > SHRINK_RUNS) return
      const { outcome, wrong } = await runTrial(bench, trial)
      if (first === undefined) {
        cases++
        longestMs = Math.max(longestMs, outcome.ms)
        const { statusCode = 0 } = readResponse(outcome.result) ?? {}
        statuses[statusCode] = (statuses[statusCode] ?? 0) + 1
      }
      const kind = kindOf(trial, wrong)
      if (wrong.length === 0 || (first === undefined ? known.has(kind) : kind !== first)) return
      first = kind
      throw new Broken(wrong)
    })
    const { failed, counterexample, errorInstance } = await fc.check(checked, { numRuns: runs - cases, seed: from })
    if (!failed) break
    if (!(errorInstance instanceof Broken)) throw errorInstance
    known.add(first ?? '')
    failures.push({ wrong: errorInstance.wrong, trial: printed(counterexample?.[0]), seed: from })
  }
  return { property, cases, failures, longestMs, statuses }
}

/** Failures of one kind are reported once. */
const kindOf = ({ given }: Trial, wrong: readonly string[]) =>
  `${given.name} ${wrong.map((each) => each.slice(0, 60)).join(' ')}`

class Broken extends Error {
  readonly wrong: readonly string[]
  constructor(wrong: readonly string[]) {
    super(wrong.join('; '))
    this.wrong = wrong
  }
}

const printed = (trial: unknown) => (JSON.stringify(trial) ?? '').slice(0, 3000)
