import type { Phase } from '../phase.ts'
import type { Section } from '../section.ts'

/** How far routes made use of the staleness that they allow. */
export function stalenessSection(phases: readonly Phase[], allowedSeconds: number): Section {
  const rows = phases.flatMap(({ name, verdict: { staleness, counts } }) => {
    const beyond = (['K1 stale', 'K3 stale', 'K4 stale'] as const).map((clause) => counts[clause].trials)
    const asked = Math.max(...beyond)
    return asked > 0 || staleness.late > 0 ? [{ name, ...staleness, beyond: asked }] : []
  })
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((all, row) => all + of(row), 0)
  const [late, tempted] = [sum((row) => row.late), sum((row) => row.tempted)]
  return {
    title: 'Routes that allow staleness',
    text: `A function of another service has a route with \`maxStalenessSeconds\` ${allowedSeconds} and a strict route. Both are called in all its processes while a session is revoked, and until more than ${allowedSeconds} seconds later. An acceptance by the first route within that time is no violation, and shows that its cache was in use; the strict route, called next in the same process, must read the row. Later acceptances are violations and counted above.`,
    columns: [
      'phase',
      'accepted within the staleness',
      'latest of these after the revocation',
      'strict calls while the cache still accepts',
      'calls after the staleness',
    ],
    rows: rows.map(({ name, late, longest, tempted, beyond }) => [
      ...[name, late],
      late === 0 ? '–' : `${(longest / 1000).toFixed(0)} ms`,
      ...[tempted, beyond],
    ]),
    failures:
      rows.length > 0 && (late === 0 || tempted === 0)
        ? ['No route made use of the staleness that it allows: nothing was tried.']
        : [],
    data: rows,
  }
}
