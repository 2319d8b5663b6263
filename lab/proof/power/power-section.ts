import type { Section } from '../section.ts'
import type { Caught } from './power.ts'

/** R18: what the checker is worth. */
export function powerSection(caught: readonly Caught[]): Section {
  const missed = caught.filter(({ times }) => times === 0)
  return {
    title: 'What the checker is worth',
    text: `Each of these mistakes is put into a build of the proof's own, and must be caught: ${caught.length - missed.length} of ${caught.length} were.`,
    columns: ['mistake', 'caught', 'the first time'],
    rows: caught.map(({ bug: { id, what }, times, sentence = '' }) => [`${id} ${what}`, `${times} times`, sentence]),
    failures: missed.map(({ bug: { id, what } }) => `${id} was not caught: ${what}.`),
    data: caught.map(({ bug: { id, what }, times, sentence }) => ({ id, what, times, sentence })),
  }
}
