import type { Latency } from '../figures/latency.ts'
import type { OperationName } from '../history/operation.ts'
import { percent, type Section } from '../section.ts'
import { describeEffort, type Effort } from './load.ts'
import type { Component } from './resources.ts'
import type { SoakOptions } from './soak.ts'

type Latencies = Partial<Record<OperationName, Latency>>

/** R9: the median and range of all runs. */
export function latencySection(
  { name, rates, runSeconds }: Pick<SoakOptions, 'name' | 'rates' | 'runSeconds'>,
  runs: readonly Latencies[],
  efforts: readonly Effort[],
  failed: number,
): Section {
  const ops = [...new Set(runs.flatMap((run) => Object.keys(run) as OperationName[]))]
  const worst = efforts.toSorted((a, b) => b.cpuShare - a.cpuShare)[0]
  const rows = ops.map((op) => {
    const of = runs.map((run) => run[op]).filter((latency) => latency !== undefined)
    const ranges = (['p50', 'p90', 'p99', 'p999', 'max'] as const).map((at) => rangeOf(of.map((each) => each[at])))
    return { op, count: of.reduce((sum, { count }) => sum + count, 0), ranges }
  })
  const load = Object.entries(rates)
    .map(([kind, rate]) => `${Number(rate.toFixed(2))} ${kind}`)
    .join(', ')
  return {
    title: `Latency: ${name}`,
    text: `Requests a second: ${load}. Milliseconds from the intended instant: the median of ${runs.length} runs of ${runSeconds} s, and the range of all (R9). ${failed} requests had an error. ${worst ? describeEffort(worst) : ''}`,
    columns: ['operation', 'requests', 'p50', 'p90', 'p99', 'p99.9', 'maximum'],
    rows: rows.map(({ op, count, ranges }) => [op, count, ...ranges.map(formatRange)]),
    failures: failed > 0 ? [`${name}: ${failed} requests had an error without a fault.`] : [],
    data: { rates, runs, efforts, failed },
  }
}

interface Range {
  readonly median: number
  readonly least: number
  readonly most: number
}

function rangeOf(values: readonly number[]): Range {
  const sorted = values.toSorted((a, b) => a - b)
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  return { median, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN }
}

function formatRange({ median, least, most }: Range): string {
  const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0)
  return `${ms(median)} (${ms(least)}–${ms(most)})`
}

/** R19. */
export function resourceSection(name: string, components: readonly Component[], minutes: number): Section {
  return {
    title: `Resources: ${name}`,
    text: `Over ${minutes.toFixed(1)} minutes (R19). The slope is that of a straight line through the resident memory of each process, by least squares, summed, with its standard error. A heap that grows until its first collections has a slope too, which minutes do not tell from a leak. Generator, front and proxy are one process.`,
    columns: ['component', 'processes', 'CPU', 'memory at start', 'memory at end', 'slope'],
    rows: components.map(({ name, processes, cpuShare, rssStartMb, rssEndMb, trend }) => [
      ...[name, processes, `${percent(cpuShare)} of a core`],
      ...[`${rssStartMb.toFixed(0)} MB`, `${rssEndMb.toFixed(0)} MB`],
      trend ? `${trend.mbPerHour.toFixed(1)} ± ${trend.standardError.toFixed(1)} MB/h` : '–',
    ]),
    failures: [],
    data: components,
  }
}
