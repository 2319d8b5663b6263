import type { Section } from '../section.ts'
import type { Fuzzed } from './fuzz.ts'
import type { Found } from './power.ts'

/** R17: what came of everything that was sent, and what the judge of it is worth. */
export function fuzzSection(fuzzed: readonly Fuzzed[], found: readonly Found[]): Section {
  const blind = found.filter(({ sentence }) => sentence === undefined)
  const caught =
    found.length === 0
      ? ''
      : ` Of ${found.length} mistakes put in on purpose ${found.length - blind.length} were found.`
  return {
    title: 'Fuzz',
    text: `Bodies, headers, paths, whole events, stored items and the datastore's answers, at every function. Each case must end in a documented status, with no session given or shown that should not be, and no secret in answer or log. Status 0 is an answer without one: an authorizer's verdict, or an item that no engine would store.${caught}`,
    columns: ['what', 'cases', 'failures', 'longest', 'statuses'],
    rows: fuzzed.map(({ property, cases, failures, longestMs, statuses }) => [
      ...[property, cases, failures.length, `${longestMs.toFixed(0)} ms`],
      Object.entries(statuses)
        .map(([status, times]) => `${times} × ${status}`)
        .join(', '),
    ]),
    failures: [
      ...fuzzed.flatMap(({ property, failures }) =>
        failures.map(({ wrong, trial, seed }) => `fuzz of ${property}, seed ${seed}: ${wrong.join('; ')}\n  ${trial}`),
      ),
      ...blind.map(({ mistake }) => `the fuzz is blind to ${mistake.id}: ${mistake.what}`),
    ],
    data: {
      fuzzed,
      // Its first words: what follows may be a stack.
      mistakes: found.map(({ mistake: { id, what }, cases, sentence }) => ({
        ...{ id, what, cases },
        sentence: sentence?.slice(0, 160),
      })),
    },
  }
}
