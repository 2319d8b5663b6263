import { quantile } from '../timing/statistics.ts'

/** What one call took in one block of a lane, on average: a block is what a lane does while it has its turn. */
export interface Block {
  readonly us: number
  /** Processor time of this process, its other threads included; the engine is another process. */
  readonly cpuUs: number
}

export interface Summary {
  readonly median: number
  /** The quartiles: half of all blocks lie between them. */
  readonly low: number
  readonly high: number
}

export function summaryOf(samples: readonly number[]): Summary {
  return { median: quantile(samples, 0.5), low: quantile(samples, 0.25), high: quantile(samples, 0.75) }
}

/**
 * How one lane stands to another: round by round, for the two blocks of a round are neighbours in time, and then the
 * median. Whatever slows the machine down for a while slows both.
 */
export function ratioOf(lane: readonly Block[], to: readonly Block[], of: keyof Block = 'us'): Summary {
  return summaryOf(roundByRound(lane, to, (a, b) => a[of] / b[of]))
}

/** What one lane takes longer than another, in microseconds. */
export function excessOf(lane: readonly Block[], over: readonly Block[]): Summary {
  return summaryOf(roundByRound(lane, over, (a, b) => a.us - b.us))
}

function roundByRound(a: readonly Block[], b: readonly Block[], compare: (a: Block, b: Block) => number): number[] {
  if (a.length !== b.length) throw new RangeError('lanes that took turns have as many blocks each')
  return a.map((block, round) => compare(block, b[round] as Block))
}

/** The order of a round: another lane is first each time, and every other time round all go the other way. */
export function orderOf<T>(lanes: readonly T[], round: number): T[] {
  const first = round % lanes.length
  const order = [...lanes.slice(first), ...lanes.slice(0, first)]
  return Math.floor(round / lanes.length) % 2 === 1 ? order.reverse() : order
}
