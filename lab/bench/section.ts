import { type Summary, summaryOf } from '../shared/statistics.ts'
import { markdownTable as table } from '../shared/table.ts'
import type { Block } from './rounds.ts'
import type { Measured } from './turns.ts'

/** One line of the first table: a target and its result. */
export interface Finding {
  readonly what: string
  readonly target: string
  readonly result: string
  /** Absent where there is nothing to meet. */
  readonly met?: boolean
}

/** The results of one part of the run. */
export interface Section {
  readonly title: string
  readonly findings: readonly Finding[]
  /** Markdown: how it was measured, and the absolute figures. */
  readonly text: string
  /** For `docs/performance.json`. */
  readonly data: unknown
}

/** The parameters of every part. */
export interface Settings {
  readonly endpoint: string
  /** Fewer rounds: to see whether it works. */
  readonly quick: boolean
  /** Of the larger table. */
  readonly rows: number
}

/** One part of the run: measures, and says how far it is. */
export type Part = (settings: Settings, progress: (share: number) => void) => Promise<Section>

/** `1.03 (0.99–1.08)`: the median and the quartiles. */
export function spread({ median, low, high }: Summary, digits = 2, unit = ''): string {
  return `${figure(median, digits)}${unit} (${figure(low, digits)}–${figure(high, digits)})`
}

/** The absolute times of lanes, as a table. */
export function timesOf(measured: Measured): string {
  const rows = [...measured].map(([name, blocks]) => {
    const [us, cpu] = [of(blocks, 'us'), of(blocks, 'cpuUs')]
    return [name, figure(us.median, 1), `${figure(us.low, 1)}–${figure(us.high, 1)}`, figure(cpu.median, 1)]
  })
  return table(['lane', 'µs a call', 'quartiles', 'µs of CPU a call'], rows)
}

/** The same for machines. */
export function dataOf(measured: Measured): Record<string, { blocks: number; us: Summary; cpuUs: Summary }> {
  return Object.fromEntries(
    [...measured].map(([name, blocks]) => [
      name,
      { blocks: blocks.length, us: of(blocks, 'us'), cpuUs: of(blocks, 'cpuUs') },
    ]),
  )
}

const of = (blocks: readonly Block[], what: keyof Block) => summaryOf(blocks.map((block) => block[what]))

/** With this many decimals, or none from 1,000 on; thousands with a comma. */
export function figure(value: number, digits = 0): string {
  const most = Math.abs(value) >= 1000 ? 0 : digits
  return value.toLocaleString('en', { minimumFractionDigits: most, maximumFractionDigits: most })
}
