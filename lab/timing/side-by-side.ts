import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { performance } from 'node:perf_hooks'
import { captureOutput } from '../../tests/support/captured-output.ts'
import { mannWhitney, quantile } from '../shared/statistics.ts'
import { markdownTable } from '../shared/table.ts'

/** Requests of one kind, such as those of a disabled user. */
export interface Class {
  readonly name: string
  /** The name of the class that it is compared with; its own for none. */
  readonly base: string
  /** Makes one request, and returns only when it is answered. */
  readonly request: () => Promise<unknown>
}

export type Measured = Pick<Class, 'name' | 'base'> & { readonly times: readonly number[]; readonly difference: number }

interface Options {
  readonly samples: number
  readonly warmUp: number
  readonly label: string
  /** Before each round. */
  readonly beforeRound?: (round: number) => Promise<void>
}

/** Measures one request of each class after the other, in an order drawn anew each time, and compares the medians. */
export async function measureSideBySide(classes: readonly Class[], options: Options): Promise<Measured[]> {
  const { samples, warmUp, label, beforeRound = async () => {} } = options
  const times = new Map(classes.map(({ name }) => [name, [] as number[]]))
  const print = captureOutput([]) // each request has its line
  try {
    for (let round = -warmUp; round < samples; round++) {
      await beforeRound(round + warmUp)
      for (const { name, request } of shuffled(classes)) {
        const before = performance.now()
        await request()
        const time = performance.now() - before
        if (round >= 0) times.get(name)?.push(time)
      }
      if (round > 0 && round % 25 === 0) console.log(`${label} ${round} of ${samples}`)
    }
  } finally {
    print.mockRestore()
  }
  const medianOf = (name: string) => quantile(times.get(name) ?? [], 0.5)
  return classes.map(({ name, base }) => {
    const difference = (medianOf(name) - medianOf(base)) / medianOf(base)
    return { name, base, times: times.get(name) ?? [], difference }
  })
}

/** A table of what was measured. */
export function timingTable(measured: readonly Measured[], against: string): string {
  const ms = (value: number) => value.toFixed(1)
  const timesOf = (name: string) => measured.find((each) => each.name === name)?.times ?? []
  const rows = measured.map(({ name, base, times, difference }) => {
    const p = mannWhitney(times, timesOf(base))
    const compared = [`${(100 * difference).toFixed(2)} %`, p < 0.001 ? '< 0.001' : p.toFixed(3)]
    const quartiles = [0.5, 0.25, 0.75].map((share) => ms(quantile(times, share)))
    return [name, String(times.length), ...quartiles, ...(name === base ? ['', ''] : compared)]
  })
  return markdownTable(['class', 'samples', 'median ms', '25 %', '75 %', `against ${against}`, 'Mann–Whitney p'], rows)
}

const PAGE = 'docs/timing.md'

/** Starts the note on when and where something is measured; call the result when it is. */
export function startMeasuring(): () => string {
  const [startedAt, loadBefore] = [new Date(), load()]
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`
  return () =>
    `Measured ${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC; Node ${process.versions.node}; ${machine}; load average ${loadBefore} before and ${load()} after.`
}

/** Writes one section of the page on timing, in the place of an earlier one with this title, or at the end. */
export async function writeTiming(title: string, paragraphs: readonly string[]): Promise<void> {
  const [intro = '', ...sections] = (await readFile(PAGE, 'utf8')).trimEnd().split(/\n+(?=## )/)
  const section = [`## ${title}`, ...paragraphs].join('\n\n')
  const known = sections.findIndex((each) => each.startsWith(`## ${title}\n`))
  const all = known < 0 ? [...sections, section] : sections.with(known, section)
  await writeFile(PAGE, `${[intro, ...all].join('\n\n')}\n`)
}

const load = () =>
  loadavg()
    .map((average) => average.toFixed(2))
    .join(', ')

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value)
}
