import { CLAUSES, type Clause } from '../checker/verdict.ts'
import type { Phase } from '../phase.ts'
import { percent, type Section } from '../section.ts'
import type { Log } from '../system.ts'
import { rate } from './figures.ts'

// What all phases of the proof come to.

/** K1 to K8 and the counts of §6.7 that stand on them, over all phases. */
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
    'R5 fail open: accepted while surely not live, for whatever reason',
    sum(({ failOpen }) => failOpen.violations),
    sum(({ failOpen }) => failOpen.trials),
  )
  const operations = phases.reduce((all, each) => all + each.operations, 0)
  const leaks = row(
    'R16 leaks: an answer with a credential that is not the one asked for',
    phases.reduce((all, each) => all + each.leaks, 0),
    operations,
  )
  const logged = row('R16 leaks: a line of a log with a credential', log.leaks.length, log.lines)
  const rows = [...clauses, open, leaks, logged]
  return {
    title: 'What must never be',
    text: `${operations} operations, seen from outside and judged by \`lab/proof/checker/checker.ts\`. ${sum(({ ended }) => ended)} sessions were checked after their end had been acknowledged.`,
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

/** Each phase for itself. */
export function phasesSection(phases: readonly Phase[]): Section {
  const rows = phases.map(({ name, operations, verdict, said, figures }) => {
    const { counts, lag, orphans, ended, failOpen, violations } = verdict
    const trials = Object.fromEntries(Object.entries(counts).filter(([, { trials }]) => trials > 0))
    return { name, operations, violations: violations.length, ended, failOpen, lag, orphans, said, figures, trials }
  })
  return {
    title: 'Under what',
    text: 'An acceptance after an end is one that had been asked for before the end was answered. An orphan is the row of a login whose answer was lost.',
    columns: [
      'phase',
      'operations',
      'violations',
      'sessions ended',
      'last acceptance after an end',
      'orphans',
      'besides',
    ],
    rows: rows.map(({ name, operations, violations, ended, lag, orphans, said }) => [
      ...[name, operations, violations, ended],
      `${(lag.longest / 1000).toFixed(0)} ms, in flight`,
      ...[orphans, said],
    ]),
    failures: rows
      .filter(({ lag }) => lag.beyondInFlight > 0)
      .map(
        ({ name, lag }) => `${name}: accepted ${lag.beyondInFlight / 1000} ms after an end, beyond what was in flight.`,
      ),
    data: rows,
  }
}
