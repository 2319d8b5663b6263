import { type Instant, nameOf, type Operation } from '../history/operation.ts'

/** What can be violated: a rule of `research/security.md` §6.4, and which of its clauses. */
export const CLAUSES = {
  'K1 revoked': 'accepted after its end had been acknowledged',
  'K1 stale': 'accepted more than the allowed staleness after its end had been acknowledged',
  'K1 expired': 'accepted after its idle or absolute end',
  'K1 twice': 'replaced by two operations that both succeeded',
  'K2 denied': 'refused while live',
  'K2 login': 'a login with the password in force refused',
  'K3 ended': 'accepted after all sessions of its user had been ended',
  'K3 inherited': 'carries on a session that had been ended with all others',
  'K3 password': 'accepted, though the password it came by had been changed',
  'K3 disabled': 'accepted, though its user had been disabled or deleted',
  'K3 scope': 'accepted with a scope that had been taken away',
  'K3 stale': 'accepted more than the allowed staleness after it had been ended with others',
  'K4 resurrected': 'accepted after it had been refused',
  'K4 stale': 'accepted more than the allowed staleness after it had been refused',
  'K4 process': 'accepted by the very process that had refused it, whatever staleness is allowed',
  'K5 ambiguous': 'bound by K4 alone: never violated',
  'K6 principal': "accepted as somebody else's",
  'K6 unknown': 'accepted, though nobody was given it, or before',
  'K6 duplicate': 'given twice',
  'K7 budget': 'more verifications than the budget',
  'K8 left': 'a row of a dead session',
  'K8 missing': 'no row of a live session',
  'K8 half': 'a user half changed',
  'K8 cap': 'more rows than a user may have sessions',
} as const
export type Clause = keyof typeof CLAUSES
export type Rule = 'K1' | 'K2' | 'K3' | 'K4' | 'K5' | 'K6' | 'K7' | 'K8'

export interface Count {
  /** How often it could have been violated. */
  trials: number
  violations: number
}
export type Counts = Record<Clause, Count>

export interface Violation {
  readonly rule: Rule
  readonly clause: Clause
  /** The offender first, then what makes it one. */
  readonly operations: readonly Operation[]
  readonly seqs: readonly number[]
  readonly sentence: string
}

/** A stretch of time, such as that of a fault, which counts for itself what was invoked in it. */
export interface FaultWindow {
  readonly name: string
  readonly from: Instant
  readonly to: Instant
}

export type Tally = ReturnType<typeof startTally>

/** Counts trials and violations, and keeps the first `kept` violations of each clause. */
export function startTally(windows: readonly FaultWindow[], kept: number) {
  const counts = emptyCounts()
  const byWindow = windows.map((window) => ({ window, counts: emptyCounts() }))
  const violations: Violation[] = []
  const offenders = new Set<Operation>()

  function each(operation: Operation, clause: Clause, change: (count: Count) => void) {
    change(counts[clause])
    for (const { window, counts } of byWindow)
      if (window.from <= operation.invoked && operation.invoked < window.to) change(counts[clause])
  }

  return {
    counts,
    byWindow,
    violations,
    offenders,

    trial(clause: Clause, operation: Operation, trials = 1): void {
      each(operation, clause, (count) => {
        count.trials += trials
      })
    },

    violation(clause: Clause, offender: Operation, why: readonly Operation[], what: string, excess = 1): void {
      offenders.add(offender)
      each(offender, clause, (count) => {
        count.violations += excess
      })
      if (counts[clause].violations > kept) return
      const operations = [offender, ...why]
      const sentence = `${clause}: ${nameOf(offender)}: ${what}${why.length > 0 ? ` (${why.map(nameOf).join(', ')})` : ''}.`
      violations.push({
        rule: ruleOf(clause),
        clause,
        operations,
        seqs: operations.map(({ seq }) => seq),
        sentence,
      })
    },
  }
}

/** The rule a clause is of. */
const ruleOf = (clause: Clause): Rule => clause.slice(0, 2) as Rule

function emptyCounts(): Counts {
  const entries = Object.keys(CLAUSES).map((clause) => [clause, { trials: 0, violations: 0 }])
  return Object.fromEntries(entries) as Counts
}

/** All clauses of a rule, or those named, in one. */
export function sum(counts: Counts, ...wanted: readonly (Rule | Clause)[]): Count {
  const total = { trials: 0, violations: 0 }
  for (const clause of Object.keys(counts) as Clause[]) {
    if (!wanted.includes(clause) && !wanted.includes(ruleOf(clause))) continue
    total.trials += counts[clause].trials
    total.violations += counts[clause].violations
  }
  return total
}
