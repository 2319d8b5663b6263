import type { Phase } from '../phase.ts'
import type { Section } from '../section.ts'

/** Where a route allows staleness: that it has made use of it, and how far that went. */
export function stalenessSection(phases: readonly Phase[], allowedSeconds: number): Section {
  const rows = phases.flatMap(({ name, verdict: { staleness, counts } }) => {
    const beyond = (['K1 stale', 'K3 stale', 'K4 stale'] as const).map((clause) => counts[clause].trials)
    const asked = Math.max(...beyond)
    return asked > 0 || staleness.late > 0 ? [{ name, ...staleness, beyond: asked }] : []
  })
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((all, row) => all + of(row), 0)
  const [late, tempted] = [sum((row) => row.late), sum((row) => row.tempted)]
  return {
    title: 'Where staleness is allowed',
    text: `A function of a neighbour's has a route that may go by a check of less than ${allowedSeconds} seconds ago, and one that may not; both are asked for in all its processes while a session is ended, and until more than ${allowedSeconds} seconds after. What the first lets in within that time is no violation, and shows that there was something to go by; the second, asked next in the same process, must look. What either lets in later is counted above.`,
    columns: [
      'phase',
      'let in after the end, as allowed',
      'the latest of these, asked for after the end was answered',
      'the other route, asked where this one would have let in',
      'asked for when it was over',
    ],
    rows: rows.map(({ name, late, longest, tempted, beyond }) => [
      ...[name, late],
      late === 0 ? '–' : `${(longest / 1000).toFixed(0)} ms`,
      ...[tempted, beyond],
    ]),
    failures:
      rows.length > 0 && (late === 0 || tempted === 0)
        ? ['No route has made use of the staleness it allows: nothing was tried.']
        : [],
    data: rows,
  }
}
