import type { Section } from '../section.ts'
import type { Unruled } from './power.ts'
import type { Replayed } from './replay.ts'

/** What the real code did where the model says that it would break without a rule. */
export function replaySection(replayed: readonly Replayed[], unruled: readonly Unruled[]): Section {
  const seen = new Map(unruled.map(({ rule, shown }) => [rule, shown]))
  const blind = unruled.filter(({ shown }) => shown === undefined)
  return {
    title: 'The model’s most dangerous schedules, on the real code',
    text: `For each rule of the protocols the shortest order of datastore calls that breaks the promise without it, forced on the real code over the wire. Where the code leaves the schedule, the rule is at work. Of the code without the rule the same replay must see what the model says: it did in ${unruled.length - blind.length} of ${unruled.length}.`,
    columns: ['rule', 'what the real code did', 'held', 'without the rule'],
    rows: replayed.map(({ rule, protects, diverged, held }) => [
      ...[`\`${rule}\`: ${protects}`, diverged, held ? 'yes' : '**no**'],
      seen.get(rule) ?? '',
    ]),
    failures: [
      ...replayed.filter(({ held }) => !held).map(({ rule, violations }) => `${rule}: ${violations.join('; ')}`),
      ...blind.map(({ rule }) => `the replay is blind to ${rule}`),
    ],
    data: replayed.map(({ rule, held, diverged, violations }) => ({
      rule,
      held,
      diverged,
      violations,
      without: seen.get(rule),
    })),
  }
}
