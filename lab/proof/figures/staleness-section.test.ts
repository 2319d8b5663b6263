import { expect, test } from 'vitest'
import { check } from '../checker/checker.ts'
import { historyOf } from '../history/sample.ts'
import type { Phase } from '../phase.ts'
import { stalenessSection } from './staleness-section.ts'

/** A phase in which session `a` is revoked at 110. */
function phase(text: string): Phase {
  const history = historyOf(`0-10 login >a; 100-110 logout a; ${text}`)
  return { name: 'races', operations: history.length, verdict: check(history), leaks: 0, note: '', figures: {} }
}
const LENIENT = 'allowed=2000000 worker=w'
const LATE_REFUSAL = `3000000-3000010 me a deny ${LENIENT}`

test('lists acceptances within the allowed staleness, which are no failure', () => {
  const used = phase(`1000110-1000120 me a ${LENIENT}; 1000130-1000140 me a deny worker=w; ${LATE_REFUSAL}`)
  const unrelated = phase('120-130 me a deny')
  const { rows, failures } = stalenessSection([used, unrelated], 2)
  expect(rows).toEqual([['races', 1, '1000 ms', 1, 1]])
  expect(failures).toEqual([])
})

test('fails if no route made use of its staleness, since nothing was tried', () => {
  expect(stalenessSection([phase(LATE_REFUSAL)], 2).failures).toHaveLength(1)
  expect(stalenessSection([], 2).failures).toEqual([])
})
