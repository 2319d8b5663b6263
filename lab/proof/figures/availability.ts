import type { FaultWindow } from '../checker/checker.ts'
import type { Instant, Operation, OperationName } from '../history/operation.ts'
import { byOperation, latencyOf, percentile } from './latency.ts'

const SECOND = 1_000_000

/** Right answers within a second, of those that valid requests should have had. */
export interface Availability {
  readonly offered: number
  readonly right: number
  /** `undefined` where nothing was offered. */
  readonly share: number | undefined
}

export type ByOperation = Partial<Record<OperationName, Availability>>

/** What the harness does itself is offered to nobody. */
const isOffered = ({ op, valid }: Operation) => valid !== false && op !== 'kill' && op !== 'table-snapshot'

/**
 * Whether an answer was right and in time. A refusal is, unless the checker says that it was wrongful; neither 503 nor
 * 429 nor silence is.
 */
function isRight(operation: Operation, offenders: ReadonlySet<Operation>): boolean {
  const { outcome, returned, intended } = operation
  return (outcome === 'ok' || outcome === 'deny') && returned - intended <= SECOND && !offenders.has(operation)
}

/** R7 of these operations, each kind for itself. */
export function availabilityOf(operations: readonly Operation[], offenders: ReadonlySet<Operation>): ByOperation {
  const groups = [...byOperation(operations.filter(isOffered))]
  return Object.fromEntries(
    groups.map(([op, group]): [OperationName, Availability] => {
      const right = group.filter((each) => isRight(each, offenders)).length
      return [op, { offered: group.length, right, share: right / group.length }]
    }),
  )
}

/** By when operations should have been sent: those within `from` and before `to`. */
export function intendedIn(operations: readonly Operation[], from: Instant, to: Instant): Operation[] {
  return operations.filter(({ intended }) => from <= intended && intended < to)
}

/**
 * R8: how many seconds after a fault's end the first whole second began in which at least 99 % of all answers were
 * right and the 99th percentile of `op` was at most twice its baseline. `undefined` when none did before `until`.
 */
export function recoveryOf(
  operations: readonly Operation[],
  { to }: FaultWindow,
  until: Instant,
  { baseline, op, offenders }: { baseline: number; op: OperationName; offenders: ReadonlySet<Operation> },
): number | undefined {
  const offered = operations.filter(isOffered).filter(({ intended }) => to <= intended && intended < until)
  const seconds: Operation[][] = []
  for (const operation of offered) {
    const second = Math.floor((operation.intended - to) / SECOND)
    const there = seconds[second]
    if (there) there.push(operation)
    else seconds[second] = [operation]
  }
  const first = Array.from(seconds).findIndex((all = []) => {
    const right = all.filter((each) => isRight(each, offenders)).length
    const p99 = latencyOf(all.filter((each) => each.op === op))?.p99
    return p99 !== undefined && p99 <= 2 * baseline && right >= 0.99 * all.length
  })
  return first === -1 ? undefined : first
}

/** R14: milliseconds from each kill of a worker to the end of the first operation that it answered well again. */
export function restartsOf(history: readonly Operation[]): { kills: number; p50: number | undefined; max: number } {
  const answered = new Map<string, Operation[]>()
  for (const operation of history) {
    if (operation.op === 'kill' || operation.outcome !== 'ok') continue
    const { worker = '' } = operation
    const there = answered.get(worker)
    if (there) there.push(operation)
    else answered.set(worker, [operation])
  }
  for (const all of answered.values()) all.sort((a, b) => a.returned - b.returned)
  const kills = history.filter(({ op }) => op === 'kill')
  // One that never answered again took infinitely long.
  const times = Float64Array.from(kills, ({ worker = '', returned }) => {
    const first = answered.get(worker)?.find(({ invoked }) => invoked > returned)
    return first ? (first.returned - returned) / 1000 : Infinity
  }).sort()
  return { kills: kills.length, p50: times.length > 0 ? percentile(times, 0.5) : undefined, max: times.at(-1) ?? 0 }
}
