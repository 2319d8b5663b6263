import type { Operation, OperationName } from '../history/operation.ts'

/** Milliseconds from the intended instant, so that waiting for one's turn counts. */
export interface Latency {
  readonly count: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** In milliseconds; `undefined` of none. Operations without an answer count with the time they were waited for. */
export function latencyOf(operations: readonly Operation[]): Latency | undefined {
  const sorted = Float64Array.from(operations, ({ returned, intended }) => (returned - intended) / 1000).sort()
  if (sorted.length === 0) return undefined
  const at = (share: number) => percentile(sorted, share)
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) }
}

/** The smallest value that at least this share of all do not exceed (nearest rank). */
export function percentile(sorted: Float64Array, share: number): number {
  const rank = Math.ceil(share * sorted.length)
  return sorted[Math.max(0, rank - 1)] ?? Number.NaN
}

/** Operations by what they are, the names in the order of their first. */
export function byOperation(operations: readonly Operation[]): Map<OperationName, Operation[]> {
  const groups = new Map<OperationName, Operation[]>()
  for (const operation of operations) {
    const group = groups.get(operation.op)
    if (group) group.push(operation)
    else groups.set(operation.op, [operation])
  }
  return groups
}
