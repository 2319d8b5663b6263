import { type Summary, summaryOf } from '../shared/statistics.ts'

/** The mean time of a call in one block: the calls that a lane makes in its turn of a round. */
export interface Block {
  readonly us: number
  /** CPU time of this process with all its threads; the engine is another process. */
  readonly cpuUs: number
}

/**
 * The ratio of one lane to another, taken round by round. Both blocks of a round run close together in time, so a
 * machine that slows down for a while slows both.
 */
export function ratioOf(lane: readonly Block[], to: readonly Block[], of: keyof Block = 'us'): Summary {
  return summaryOf(roundByRound(lane, to, (a, b) => a[of] / b[of]))
}

/** How many microseconds one lane takes longer than another. */
export function excessOf(lane: readonly Block[], over: readonly Block[]): Summary {
  return summaryOf(roundByRound(lane, over, (a, b) => a.us - b.us))
}

function roundByRound(a: readonly Block[], b: readonly Block[], compare: (a: Block, b: Block) => number): number[] {
  if (a.length !== b.length) throw new RangeError('Lanes can be compared only if they have the same number of blocks.')
  return a.map((block, round) => compare(block, b[round] as Block))
}

/** The order of the lanes in a round: each round starts with another lane, and every other cycle is reversed. */
export function orderOf<T>(lanes: readonly T[], round: number): T[] {
  const first = round % lanes.length
  const order = [...lanes.slice(first), ...lanes.slice(0, first)]
  return Math.floor(round / lanes.length) % 2 === 1 ? order.reverse() : order
}
