import type { Operation, OperationName } from '../history/operation.ts'

/** R9: milliseconds from the intended instant, so that waiting before the request is sent counts. */
export interface Latency {
  readonly count: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** Operations without a response count with the time for which the generator waited. */
export function latencyOf(operations: readonly Operation[]): Latency | undefined {
  const sorted = Float64Array.from(operations, ({ returned, intended }) => (returned - intended) / 1000).sort()
  if (sorted.length === 0) return undefined
  const at = (share: number) => percentile(sorted, share)
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) }
}

export function latenciesOf(operations: readonly Operation[]): Partial<Record<OperationName, Latency>> {
  return Object.fromEntries([...byOperation(operations)].map(([op, group]) => [op, latencyOf(group)]))
}

/** By nearest rank: the smallest value that at least this share of all values does not exceed. */
export function percentile(sorted: Float64Array, share: number): number {
  const rank = Math.ceil(share * sorted.length)
  return sorted[Math.max(0, rank - 1)] ?? Number.NaN
}

export const byOperation = (operations: readonly Operation[]): Map<OperationName, Operation[]> =>
  Map.groupBy(operations, ({ op }) => op)
