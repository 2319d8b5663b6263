import { expect, test } from 'vitest'
import { check } from '../checker/checker.ts'
import { startSample } from '../history/sample.ts'
import type { Phase } from '../phase.ts'
import { stalenessSection } from './staleness-section.ts'

/** A phase in which a session is ended at 110, and asked for by a route that allows two seconds, and by one that does not. */
function phase(write: (sample: ReturnType<typeof startSample>) => void): Phase {
  const sample = startSample()
  sample.login([0, 10], 'a')
  sample.add('logout', [100, 110], { sid: 'a' })
  write(sample)
  const { history } = sample
  return { name: 'races', operations: history.length, verdict: check(history), leaks: 0, said: '', figures: {} }
}
const lenient = { allowed: 2_000_000, worker: 'w' }

test('what was let in as allowed is told, and is no failure', () => {
  const { rows, failures } = stalenessSection(
    [
      phase((s) => {
        s.me([1_000_110, 1_000_120], 'a', 'ok', lenient)
        s.me([1_000_130, 1_000_140], 'a', 'deny', { worker: 'w' })
        s.me([3_000_000, 3_000_010], 'a', 'deny', lenient)
      }),
      phase((s) => s.me([120, 130], 'a', 'deny')), // has nothing to do with it
    ],
    2,
  )
  expect(rows).toEqual([['races', 1, '1000 ms', 1, 1]])
  expect(failures).toEqual([])
})

test('where nobody was let in late nothing was tried, and that is one', () => {
  const { failures } = stalenessSection([phase((s) => s.me([3_000_000, 3_000_010], 'a', 'deny', lenient))], 2)
  expect(failures).toHaveLength(1)
  expect(stalenessSection([], 2).failures).toEqual([])
})
