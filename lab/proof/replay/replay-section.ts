import type { Section } from '../section.ts'
import type { Mutated } from './power.ts'
import type { Replayed } from './replay.ts'

export function replaySection(replayed: readonly Replayed[], mutated: readonly Mutated[]): Section {
  const seen = new Map(mutated.map(({ rule, shown }) => [rule, shown]))
  const blind = mutated.filter(({ shown }) => shown === undefined)
  return {
    title: 'Replay of the model’s schedules',
    text: `For each rule of the protocols the model has the shortest order of datastore calls that breaks the promise without this rule. The replay forces this order on the real code, over the wire. Where the code departs from the schedule, the rule is at work. On the code without the rule, the replay must see the predicted violation: it did for ${mutated.length - blind.length} of ${mutated.length} rules.`,
    columns: ['rule', 'real code', 'held', 'violation without the rule'],
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
