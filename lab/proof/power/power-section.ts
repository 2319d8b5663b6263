import type { Section } from '../section.ts'
import type { Caught } from './power.ts'

/** R18. */
export function powerSection(caught: readonly Caught[]): Section {
  const missed = caught.filter(({ times }) => times === 0)
  return {
    title: 'Power of the checker',
    text: `Each of these bugs is patched into a build of the service, and the checker must catch it: it caught ${caught.length - missed.length} of ${caught.length} (R18). \`npm run proof\` draws six of them, \`npm run proof:full\` tries all.`,
    columns: ['bug', 'caught', 'first violation'],
    rows: caught.map(({ id, what, times, sentence = '' }) => [`${id} ${what}`, `${times} times`, sentence]),
    failures: missed.map(({ id, what }) => `${id} was not caught: ${what}.`),
    data: caught.map(({ id, what, times, sentence }) => ({ id, what, times, sentence })),
  }
}
