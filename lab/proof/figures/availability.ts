import type { Instant, Operation, OperationName } from '../history/operation.ts'
import { byOperation, type Latency, latencyOf } from './latency.ts'

const SECOND = 1_000_000

/** The time of a fault. */
export interface FaultWindow {
  readonly name: string
  readonly from: Instant
  readonly to: Instant
}

/** Correct responses within a second of the intended instant, of the requests offered. */
export interface Availability {
  readonly offered: number
  readonly right: number
  /** `undefined` if nothing was offered. */
  readonly share: number | undefined
}

export type ByOperation = Partial<Record<OperationName, Availability>>

const isRequest = ({ op }: Operation) => op !== 'table-snapshot'

/** A refusal is correct unless the checker reports it. 503, 429 and a lost response are not. */
function isRight(operation: Operation, offenders: ReadonlySet<Operation>): boolean {
  const { outcome, returned, intended } = operation
  return (outcome === 'ok' || outcome === 'deny') && returned - intended <= SECOND && !offenders.has(operation)
}

/**
 * R7 without a fault, during each fault and after it, and R8.
 * @param windows the faults in order of time
 */
export function faultFigures(
  history: readonly Operation[],
  windows: readonly FaultWindow[],
  offenders: ReadonlySet<Operation>,
) {
  const availabilityIn = (from: Instant, to: Instant) => availabilityOf(intendedIn(history, from, to), offenders)
  const before = intendedIn(history, -Infinity, windows[0]?.from ?? Infinity)
  const baseline = checkLatency(before)
  const R8: Record<string, number | undefined> = {}
  const during: Record<string, ByOperation> = {}
  const after: Record<string, ByOperation> = {}
  for (const [i, { name, from, to }] of windows.entries()) {
    const until = windows[i + 1]?.from ?? Infinity
    during[name] = availabilityIn(from, to)
    after[name] = availabilityIn(to, until)
    R8[name] = baseline && recoveryOf(history, { from: to, until, p99Limit: 2 * baseline.p99 }, offenders)
  }
  return { R7: { withoutFault: availabilityOf(before, offenders), during, after }, R8, baseline }
}

function availabilityOf(operations: readonly Operation[], offenders: ReadonlySet<Operation>): ByOperation {
  const groups = [...byOperation(operations.filter(isRequest))]
  return Object.fromEntries(
    groups.map(([op, group]): [OperationName, Availability] => {
      const right = group.filter((each) => isRight(each, offenders)).length
      return [op, { offered: group.length, right, share: right / group.length }]
    }),
  )
}

const checkLatency = (operations: readonly Operation[]): Latency | undefined =>
  latencyOf(operations.filter(({ op }) => op === 'me'))

/** Operations that were to be sent at `from` or later, and before `to`. */
export function intendedIn(operations: readonly Operation[], from: Instant, to: Instant): Operation[] {
  return operations.filter(({ intended }) => from <= intended && intended < to)
}

/**
 * R8: whole seconds from `from` to the first second in which at least 99 % of the responses were correct and the 99th
 * percentile of checks within the limit; `undefined` if there is none before `until`.
 */
export function recoveryOf(
  operations: readonly Operation[],
  { from, until, p99Limit }: { from: Instant; until: Instant; p99Limit: number },
  offenders: ReadonlySet<Operation>,
): number | undefined {
  const offered = intendedIn(operations, from, until).filter(isRequest)
  const seconds = Map.groupBy(offered, ({ intended }) => Math.floor((intended - from) / SECOND))
  const recovered = [...seconds].filter(([, all]) => {
    const right = all.filter((each) => isRight(each, offenders)).length
    const latency = checkLatency(all)
    return latency !== undefined && latency.p99 <= p99Limit && right >= 0.99 * all.length
  })
  return recovered.length === 0 ? undefined : Math.min(...recovered.map(([second]) => second))
}
