import { check, type FaultWindow } from '../checker/checker.ts'
import { type Availability, intendedIn, recoveryOf } from '../figures/availability.ts'
import { figuresOf } from '../figures/figures.ts'
import { byOperation, latencyOf } from '../figures/latency.ts'
import type { Instant, Operation, OperationName } from '../history/operation.ts'
import { SETTLED } from '../races/races.ts'
import { percent, type Section } from '../section.ts'
import { type Effort, sayEffort } from './load.ts'
import { isAuthorized } from './population.ts'
import type { Storm } from './storm-catalogue.ts'
import type { Weathered } from './storms.ts'

// What the storms come to: R7, R8 and R11 of each, and what in its answers must not be.

/** The published ones, and what an HTTP API makes of an authorizer that fails. */
const DOCUMENTED = new Set([200, 201, 204, 400, 401, 403, 404, 409, 422, 429, 503])
const isDocumented = (operation: Operation) =>
  DOCUMENTED.has(operation.status) || (operation.status === 500 && isAuthorized(operation))

/** Two seconds of datastore time; ten where many rows may be deleted, a sweep that a login finishes among them. */
const BUDGET_MS: Partial<Record<OperationName, number>> = { me: 2000, look: 2000, logout: 2000 }
const BULK_BUDGET_MS = 22_000 // an end-all's own ten, and ten of one that was interrupted
/** Tried again by the SDK, each time with a new chance. */
const RETRIED = new Set(['F1', 'F2', 'F3', 'F6', 'F7'])
/** A hash, and a worker that is busy; besides what a check takes without any fault. */
const SOME_MS = 1500
const budgetOf = (op: OperationName) => (BUDGET_MS[op] ?? BULK_BUDGET_MS) + SOME_MS

const MOST_TRIES = 3

const elapsed = ({ invoked, returned }: Operation) => (returned - invoked) / 1000
const isAsked = ({ op }: Operation) => op !== 'table-snapshot'

/** A line while it goes on. */
export function sayStorm({ name }: Storm, history: readonly Operation[], { from, to }: FaultWindow): string {
  const during = intendedIn(history, from, to).filter(isAsked)
  const statuses = [...Map.groupBy(during, ({ status }) => status)].sort(([a], [b]) => a - b)
  const told = statuses.map(([status, all]) => `${all.length} × ${status}`).join(', ')
  return `${name}: ${told || 'nothing asked'}, the longest ${Math.max(0, ...during.map(elapsed)).toFixed(0)} ms`
}

interface Seen {
  readonly history: readonly Operation[]
  /** The same, without what spoilt items made the service say. */
  readonly told: readonly Operation[]
  /** Since when the load was steady. */
  readonly from: Instant
  readonly weathered: readonly Weathered[]
  readonly effort: Effort
  /** After each fault. */
  readonly recoverySeconds: number
}

export function stormSection({ history, told, from, weathered, effort, recoverySeconds }: Seen): Section {
  const windows = weathered.map(({ window }) => window)
  const verdict = check(told, { ...SETTLED, windows })
  // Without the warming up, and without the last look at everything.
  const loaded = intendedIn(told, from, (windows.at(-1)?.to ?? 0) + recoverySeconds * 1_000_000)
  const { R7, R8 } = figuresOf(loaded, verdict, { windows })
  const baseline = latencyOf(intendedIn(history, from, windows[0]?.from ?? Infinity).filter(({ op }) => op === 'me'))
  const storms = weathered.map(({ storm, window, traffic }, index) => {
    const during = intendedIn(history, window.from, window.to).filter(isAsked)
    const until = windows[index + 1]?.from ?? Infinity
    const rightAgain = recoveryOf(loaded, window, until, {
      baseline: Infinity,
      op: 'me',
      offenders: verdict.offenders,
    })
    return {
      name: window.name,
      seconds: (window.to - window.from) / 1_000_000,
      asked: during.length,
      statuses: Object.fromEntries(
        [...Map.groupBy(during, ({ status }) => status)].map(([of, all]) => [of, all.length]),
      ),
      R7: { during: R7.during[window.name] ?? {}, after: R7.after[window.name] ?? {} },
      /** R8, and the same without asking how fast. */
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
        anywayMs: baseline?.max ?? 0,
      }),
    }
  })
  const retried = weathered.filter(({ storm }) => RETRIED.has(storm.id))
  const byShare = [...Map.groupBy(retried, ({ storm }) => storm.share)].map(([share, all]) => ({
    fault: share,
    ...allOf(all.flatMap(({ window }) => Object.values(R7.during[window.name] ?? {}))),
  }))
  return {
    title: 'Faults that come and go',
    text: `A steady load of all operations, each at its instant whether or not the one before was answered. Right: answered as it should be within a second of when it was due (R7). Well again: the first whole second with 99 % right answers and a 99th percentile of checks no more than twice that of before, which was ${baseline?.p99.toFixed(0) ?? '–'} ms (R8). While a fault holds requests up, no more are sent than the workers there are can carry. A spoilt item may make the service refuse a session that lives: such refusals are the fault's own, and counted as not right, and not as wrongful. Of what the SDK repeats (F1, F2, F3, F6, F7) were right: ${byShare.map(sayShare).join(', ')}. ${sayEffort(effort)}`,
    columns: [
      'fault',
      'asked',
      'answers',
      'checks right',
      'all right after',
      'longest',
      'datastore tries per call, per request',
      'well again after',
    ],
    rows: storms.map((each) => [
      ...[each.name, each.asked],
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
  readonly anywayMs: number
}

function failuresOf(
  { name, isTotal, isOverload }: Storm,
  { from, to }: FaultWindow,
  during: readonly Operation[],
  { recoverySeconds, rightAgain, mostTries, anywayMs }: Measured,
): string[] {
  const undocumented = during.filter((each) => !isDocumented(each))
  const late = during.filter((each) => elapsed(each) > budgetOf(each.op) + anywayMs)
  // An answer before the fault came, or one that outlasted it, was let through by rights.
  const allowed = during.filter((each) => each.outcome === 'ok' && from < each.invoked && each.returned < to)
  const sentence = (what: string, [first, ...others]: readonly Operation[]) =>
    first
      ? [
          `${name}: ${what}: ${first.op} ${first.run}#${first.seq}, ${first.status} after ${elapsed(first).toFixed(0)} ms, and ${others.length} more.`,
        ]
      : []
  return [
    ...sentence('a status that is not documented', undocumented),
    ...(isOverload ? [] : sentence('longer than the time of a request', late)),
    ...(mostTries > MOST_TRIES ? [`${name}: a datastore call was tried ${mostTries} times.`] : []),
    ...(isTotal ? sentence('allowed though nothing could be read', allowed) : []),
    // Less than five seconds are too few to say so.
    ...(recoverySeconds >= 5 && rightAgain === undefined ? [`${name}: not right again in ${recoverySeconds} s.`] : []),
  ]
}

type Shared = Availability & { readonly fault: number }
const sayShare = ({ fault, share, offered }: Shared) =>
  `${percent(share)} of ${offered} where ${percent(fault)} of the calls met one`

/** Of all operations together. */
function allOf(each: readonly Availability[]): Availability {
  const sum = (of: (one: Availability) => number) => each.reduce((total, one) => total + of(one), 0)
  const [offered, right] = [sum((one) => one.offered), sum((one) => one.right)]
  return { offered, right, share: offered === 0 ? undefined : right / offered }
}
