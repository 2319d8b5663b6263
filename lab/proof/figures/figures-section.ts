import { CLAUSES, type Clause } from '../checker/verdict.ts'
import type { Phase } from '../phase.ts'
import { percent, type Section } from '../section.ts'
import type { Log } from '../system.ts'
import { rate } from './rate.ts'

// The verdict on all phases.

/** K1 to K9, R5 and R16 over all phases. */
export function verdictSection(phases: readonly Phase[], log: Log): Section {
  const verdicts = phases.map(({ verdict }) => verdict)
  const sum = (of: (verdict: Phase['verdict']) => number) => verdicts.reduce((all, verdict) => all + of(verdict), 0)
  const row = (name: string, violations: number, trials: number) => {
    const { upperBound } = rate(violations, trials)
    return { name, violations, trials, upperBound }
  }
  const clauses = (Object.keys(CLAUSES) as Clause[])
    .map((clause) =>
      row(
        `${clause}: ${CLAUSES[clause]}`,
        sum(({ counts }) => counts[clause].violations),
        sum(({ counts }) => counts[clause].trials),
      ),
    )
    .filter(({ trials, violations }) => trials > 0 || violations > 0)
  const open = row(
    'R5 fail open: accepted while certainly not valid',
    sum(({ failOpen }) => failOpen.violations),
    sum(({ failOpen }) => failOpen.trials),
  )
  const operations = phases.reduce((all, each) => all + each.operations, 0)
  const leaks = row(
    'R16 leaks: a response with a credential other than the requested one',
    phases.reduce((all, each) => all + each.leaks, 0),
    operations,
  )
  const logged = row('R16 leaks: a log line with a credential', log.leaks.length, log.lines)
  const rows = [...clauses, open, leaks, logged]
  return {
    title: 'Violations',
    text: `${operations} operations, recorded as clients see them and judged by \`lab/proof/checker/checker.ts\`. ${sum(({ revoked }) => revoked)} sessions were checked after their revocation had been acknowledged. K1 to K9 and R1 to R20 are defined in [invariants.md](invariants.md).`,
    columns: ['rule', 'violations', 'trials', '95 % upper bound'],
    rows: rows.map(({ name, violations, trials, upperBound }) => [name, violations, trials, percent(upperBound)]),
    failures: [
      ...verdicts.flatMap(({ violations }) => violations.map(({ sentence }) => sentence)),
      ...[leaks, logged]
        .filter(({ violations }) => violations > 0)
        .map(({ name, violations }) => `${name}: ${violations}.`),
    ],
    data: rows,
  }
}

/** One row for each phase. */
export function phasesSection(phases: readonly Phase[]): Section {
  const rows = phases.map(({ name, operations, verdict, note, figures }) => {
    const { counts, lag, orphans, revoked, failOpen, violations } = verdict
    const trials = Object.fromEntries(Object.entries(counts).filter(([, { trials }]) => trials > 0))
    return { name, operations, violations: violations.length, revoked, failOpen, lag, orphans, note, figures, trials }
  })
  return {
    title: 'Phases',
    text: 'The last acceptance is that of a request that was in flight when the revocation returned (R2). An orphan is the row of a login whose response was lost (R13).',
    columns: [
      'phase',
      'operations',
      'violations',
      'sessions revoked',
      'last acceptance after a revocation',
      'orphans',
      'notes',
    ],
    rows: rows.map(({ name, operations, violations, revoked, lag, orphans, note }) => [
      ...[name, operations, violations, revoked],
      `${(lag.longest / 1000).toFixed(0)} ms, in flight`,
      ...[orphans, note],
    ]),
    failures: rows
      .filter(({ lag }) => lag.beyondInFlight > 0)
      .map(
        ({ name, lag }) =>
          `${name}: a request invoked after a revocation was accepted, up to ${lag.beyondInFlight / 1000} ms after it.`,
      ),
    data: rows,
  }
}
