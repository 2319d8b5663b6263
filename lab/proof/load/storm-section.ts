import { check } from '../checker/checker.ts'
import { type Availability, type FaultWindow, faultFigures, intendedIn, recoveryOf } from '../figures/availability.ts'
import { byOperation } from '../figures/latency.ts'
import type { Instant, Operation, OperationName } from '../history/operation.ts'
import { PROOF_OPTIONS } from '../races/races.ts'
import { percent, type Section } from '../section.ts'
import { describeEffort, type Effort } from './load.ts'
import { isAuthorized } from './population.ts'
import type { Storm } from './storm-catalogue.ts'
import type { Played } from './storms.ts'

// R7, R8 and R11 of each storm, and findings in its responses.

const DOCUMENTED = new Set([200, 201, 204, 400, 401, 403, 404, 409, 422, 429, 503])
/** An HTTP API responds 500 to a failure of its authorizer. */
const isDocumented = (operation: Operation) =>
  DOCUMENTED.has(operation.status) || (operation.status === 500 && isAuthorized(operation))

/** Two seconds of datastore time; ten for operations that may delete many rows, or complete a sweep as a login does. */
const BUDGET_MS: Partial<Record<OperationName, number>> = { me: 2000, look: 2000, introspect: 2000, logout: 2000 }
const BULK_BUDGET_MS = 22_000 // ten for the operation, ten for an interrupted sweep that it completes
/** Faults that the SDK retries. */
const RETRIED = new Set(['F1', 'F2', 'F3', 'F6', 'F7'])
/** For a password hash and a busy worker. */
const MARGIN_MS = 1500
const budgetOf = (op: OperationName) => (BUDGET_MS[op] ?? BULK_BUDGET_MS) + MARGIN_MS

const MOST_TRIES = 3

const elapsed = ({ invoked, returned }: Operation) => (returned - invoked) / 1000
const isRequest = ({ op }: Operation) => op !== 'table-snapshot'

/** A line of progress. */
export function describeStorm({ name }: Storm, history: readonly Operation[], { from, to }: FaultWindow): string {
  const during = intendedIn(history, from, to).filter(isRequest)
  const statuses = [...Map.groupBy(during, ({ status }) => status)].sort(([a], [b]) => a - b)
  const counts = statuses.map(([status, all]) => `${all.length} × ${status}`).join(', ')
  return `${name}: ${counts || 'no request'}, longest ${Math.max(0, ...during.map(elapsed)).toFixed(0)} ms`
}

interface Seen {
  readonly history: readonly Operation[]
  /** The history without responses that corrupted items caused. */
  readonly corrected: readonly Operation[]
  /** When the steady load began. */
  readonly from: Instant
  readonly played: readonly Played[]
  readonly effort: Effort
  /** Between two faults. */
  readonly recoverySeconds: number
}

export function stormSection({ history, corrected, from, played, effort, recoverySeconds }: Seen): Section {
  const windows = played.map(({ window }) => window)
  const { offenders } = check(corrected, PROOF_OPTIONS)
  // Without the warm-up and the final checks.
  const loaded = intendedIn(corrected, from, (windows.at(-1)?.to ?? 0) + recoverySeconds * 1_000_000)
  const { R7, R8, baseline } = faultFigures(loaded, windows, offenders)
  const storms = played.map(({ storm, window, traffic }, index) => {
    const during = intendedIn(history, window.from, window.to).filter(isRequest)
    const until = windows[index + 1]?.from ?? Infinity
    const rightAgain = recoveryOf(loaded, { from: window.to, until, p99Limit: Infinity }, offenders)
    return {
      name: window.name,
      seconds: (window.to - window.from) / 1_000_000,
      requests: during.length,
      statuses: Object.fromEntries(
        [...Map.groupBy(during, ({ status }) => status)].map(([of, all]) => [of, all.length]),
      ),
      R7: { during: R7.during[window.name] ?? {}, after: R7.after[window.name] ?? {} },
      /** R8, and the same without the limit of latency. */
      recoverySeconds: R8[window.name],
      rightAgainSeconds: rightAgain,
      longestMs: Object.fromEntries(
        [...byOperation(during)].map(([op, all]) => [op, Math.round(Math.max(...all.map(elapsed)))]),
      ),
      /** R11. */
      callsPerRequest: during.length === 0 ? undefined : traffic.calls / during.length,
      triesPerCall: traffic.firstTries === 0 ? undefined : traffic.calls / traffic.firstTries,
      mostTries: traffic.mostTries,
      failures: failuresOf(storm, window, during, {
        recoverySeconds,
        rightAgain,
        mostTries: traffic.mostTries,
        baselineMs: baseline?.max ?? 0,
      }),
    }
  })
  const retried = played.filter(({ storm }) => RETRIED.has(storm.id))
  const byShare = [...Map.groupBy(retried, ({ storm }) => storm.share)].map(([share, all]) => ({
    fault: share,
    ...allOf(all.flatMap(({ window }) => Object.values(R7.during[window.name] ?? {}))),
  }))
  return {
    title: 'Faults under load',
    text: `A steady open-loop load of all operations. Correct: a correct response within a second of the intended instant (R7). Recovery: the first whole second after the fault with at least 99 % correct responses and a p99 of checks of at most twice that before the faults, which was ${baseline?.p99.toFixed(0) ?? '–'} ms (R8). While a fault delays requests, the load is lowered to what the workers can serve. A corrupted item may make the service refuse a valid session: this counts as not correct, but not as a violation. Correct responses under faults that the SDK retries (F1, F2, F3, F6, F7): ${byShare.map(describeShare).join(', ')}. ${describeEffort(effort)}`,
    columns: [
      'fault',
      'requests',
      'responses',
      'checks correct',
      'all correct after it',
      'longest',
      'datastore attempts per call, per request',
      'recovery',
    ],
    rows: storms.map((each) => [
      ...[each.name, each.requests],
      Object.entries(each.statuses)
        .map(([status, many]) => `${many} × ${status}`)
        .join(', '),
      percent(each.R7.during.me?.share),
      percent(allOf(Object.values(each.R7.after)).share),
      `${Math.max(0, ...Object.values(each.longestMs))} ms`,
      `${each.triesPerCall?.toFixed(1) ?? '–'}, ${each.callsPerRequest?.toFixed(1) ?? '–'}`,
      each.recoverySeconds === undefined ? `over ${Math.floor(recoverySeconds)} s` : `${each.recoverySeconds} s`,
    ]),
    failures: storms.flatMap(({ failures }) => failures),
    data: { storms, byShare, withoutFault: R7.withoutFault, baseline, effort },
  }
}

interface Measured {
  readonly recoverySeconds: number
  readonly rightAgain: number | undefined
  readonly mostTries: number
  readonly baselineMs: number
}

function failuresOf(
  { name, isTotal, isOverload }: Storm,
  { from, to }: FaultWindow,
  during: readonly Operation[],
  { recoverySeconds, rightAgain, mostTries, baselineMs }: Measured,
): string[] {
  const undocumented = during.filter((each) => !isDocumented(each))
  const late = during.filter((each) => elapsed(each) > budgetOf(each.op) + baselineMs)
  // A request that began before the fault or outlasted it may have been accepted.
  const allowed = during.filter((each) => each.outcome === 'ok' && from < each.invoked && each.returned < to)
  const sentence = (what: string, [first, ...others]: readonly Operation[]) =>
    first
      ? [
          `${name}: ${what}: ${first.op} ${first.run}#${first.seq}, ${first.status} after ${elapsed(first).toFixed(0)} ms, and ${others.length} more.`,
        ]
      : []
  return [
    ...sentence('an undocumented status', undocumented),
    ...(isOverload ? [] : sentence('longer than the deadline of a request', late)),
    ...(mostTries > MOST_TRIES
      ? [`${name}: the SDK made ${mostTries} attempts of one datastore call, at most ${MOST_TRIES} are allowed.`]
      : []),
    ...(isTotal ? sentence('accepted although every datastore call failed', allowed) : []),
    // Fewer than five seconds are too short a time.
    ...(recoverySeconds >= 5 && rightAgain === undefined ? [`${name}: no recovery within ${recoverySeconds} s.`] : []),
  ]
}

type Shared = Availability & { readonly fault: number }
const describeShare = ({ fault, share, offered }: Shared) =>
  `${percent(share)} of ${offered} with ${percent(fault)} of the calls faulty`

function allOf(each: readonly Availability[]): Availability {
  const sum = (of: (one: Availability) => number) => each.reduce((total, one) => total + of(one), 0)
  const [offered, right] = [sum((one) => one.offered), sum((one) => one.right)]
  return { offered, right, share: offered === 0 ? undefined : right / offered }
}
