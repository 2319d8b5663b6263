import type { Section } from '../section.ts'
import type { Fuzzed } from './fuzz.ts'
import type { Found } from './power.ts'

/** R17. */
export function fuzzSection(fuzzed: readonly Fuzzed[], found: readonly Found[]): Section {
  const blind = found.filter(({ sentence }) => sentence === undefined)
  const caught =
    found.length === 0 ? '' : ` The fuzz found ${found.length - blind.length} of ${found.length} seeded mistakes.`
  return {
    title: 'Fuzz',
    text: `Generated bodies, headers, paths, events, stored items and datastore responses, for every function (R17). Each case must end in a documented status, create or show no session that it must not, and leave no secret in response or log. Status 0 is a response without a status: an authorizer's decision, or an item that the engine rejects.${caught}`,
    columns: ['property', 'cases', 'failures', 'longest', 'statuses'],
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
      // The rest may be a stack trace.
      mistakes: found.map(({ mistake: { id, what }, cases, sentence }) => ({
        ...{ id, what, cases },
        sentence: sentence?.slice(0, 160),
      })),
    },
  }
}
