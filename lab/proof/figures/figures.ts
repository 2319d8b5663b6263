import { type Clause, type Counts, type FaultWindow, type Rule, sum, type Verdict } from '../checker/checker.ts'
import type { Operation, OperationName } from '../history/operation.ts'
import { availabilityOf, type ByOperation, intendedIn, recoveryOf, restartsOf } from './availability.ts'
import { byOperation, type Latency, latencyOf } from './latency.ts'

/** Violations of trials. */
export interface Rate {
  readonly violations: number
  readonly trials: number
  /** 95 %: the rule of three. Only of no violation in some trials. */
  readonly upperBound: number | undefined
}

export interface FiguresOptions {
  /** The faults of the run, in the order of time; those that overlap are not told apart. */
  readonly windows?: readonly FaultWindow[]
  /** Of which operation the latency tells recovery: `me` by default. Its baseline is what was before any fault. */
  readonly recoveryOf?: OperationName
}

/** The figures of `research/security.md` §6.7 that a history and its verdict can tell. */
export function figuresOf(history: readonly Operation[], verdict: Verdict, options: FiguresOptions = {}) {
  const { windows = [], recoveryOf: op = 'me' } = options
  const { counts, failOpen, lag, orphans, offenders, byWindow } = verdict
  const of = (...clauses: (Rule | Clause)[]) => rateIn(counts, ...clauses)
  const firstFault = windows[0]?.from ?? Infinity
  const before = intendedIn(history, -Infinity, firstFault)
  const baseline = latencyOf(before.filter((each) => each.op === op))?.p99

  return {
    R1: { ...of('K1'), sessions: verdict.ended },
    R2: {
      sessions: lag.sessions,
      longestMs: lag.longest / 1000,
      beyondInFlightMs: lag.beyondInFlight / 1000,
      /** Of the sessions accepted in an answer after their end, those where all such had been asked for before it. */
      inFlightShare: lag.late === 0 ? undefined : lag.inFlight / lag.late,
    },
    R3: { resurrections: of('K4'), survivors: of('K3') },
    R4: { principals: of('K6 principal'), duplicates: of('K6 duplicate'), ids: verdict.ids },
    R5: rate(failOpen.violations, failOpen.trials),
    R6: {
      ...of('K2'),
      byWindow: Object.fromEntries(byWindow.map(({ window, counts }) => [window.name, rateIn(counts, 'K2')])),
    },
    R7: { withoutFault: availabilityOf(before, offenders), ...faultsOf(history, windows, offenders) },
    R8: Object.fromEntries(
      windows.map((window, i) => {
        const until = windows[i + 1]?.from ?? Infinity
        const seconds =
          baseline === undefined ? undefined : recoveryOf(history, window, until, { baseline, op, offenders })
        return [window.name, seconds]
      }),
    ),
    R9: latenciesOf(before),
    R12: of('K7'),
    R13: {
      orphans,
      ambiguousLogins: history.filter(({ op, outcome }) => op === 'login' && isUnanswered(outcome)).length,
      leftRows: of('K8 left'),
    },
    R14: { ...restartsOf(history), lost: of('K8 missing', 'K8 left'), halfStates: of('K8 half') },
    R16: { answers: history.length, canaries: history.reduce((all, { canaries = 0 }) => all + canaries, 0) },
  }
}

const isUnanswered = (outcome: Operation['outcome']) => outcome === 'ambiguous' || outcome === 'unavailable'

const rateIn = (counts: Counts, ...clauses: (Rule | Clause)[]): Rate => {
  const { violations, trials } = sum(counts, ...clauses)
  return rate(violations, trials)
}

/** With none in n trials the rate is below 3/n with 95 % confidence; nothing is claimed of no trials. */
export function rate(violations: number, trials: number): Rate {
  return { violations, trials, upperBound: violations === 0 && trials > 0 ? Math.min(1, 3 / trials) : undefined }
}

/** R7 in each fault, and from its end to the next. */
function faultsOf(history: readonly Operation[], windows: readonly FaultWindow[], offenders: ReadonlySet<Operation>) {
  const during: Record<string, ByOperation> = {}
  const after: Record<string, ByOperation> = {}
  for (const [i, { name, from, to }] of windows.entries()) {
    during[name] = availabilityOf(intendedIn(history, from, to), offenders)
    after[name] = availabilityOf(intendedIn(history, to, windows[i + 1]?.from ?? Infinity), offenders)
  }
  return { during, after }
}

/** R9 of these operations, each kind for itself. */
export function latenciesOf(operations: readonly Operation[]): Partial<Record<OperationName, Latency>> {
  const entries = [...byOperation(operations)].map(([op, group]) => [op, latencyOf(group)])
  return Object.fromEntries(entries)
}
