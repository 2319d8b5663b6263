import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import type { AttemptBudget, AttemptKey } from '../../lib/ports.ts'
import { memoryAttemptStore } from '../../testing/memory-attempt-store.ts'
import { NOW } from '../support/samples.ts'

// However an attacker times the attempts: what any stretch of time as long as the window lets through.

const budgets = fc.record({ limit: fc.integer({ min: 1, max: 8 }), windowSeconds: fc.integer({ min: 10, max: 5000 }) })
// Bursts, a steady drip, waits around the end of a window, and quiet days.
const gaps = (windowSeconds: number) =>
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 2 }) },
      { weight: 4, arbitrary: fc.integer({ min: 0, max: windowSeconds }) },
      { weight: 3, arbitrary: fc.integer({ min: windowSeconds - 1, max: windowSeconds + 1 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 200_000 }) },
    ),
    { maxLength: 150 },
  )
const timings = budgets.chain((budget) => fc.tuple(fc.constant(budget), gaps(budget.windowSeconds)))

/** The times of the attempts that were let through. */
async function letThrough(budget: AttemptBudget, waits: number[]): Promise<number[]> {
  const store = memoryAttemptStore()
  const taken: number[] = []
  let now = NOW
  for (const gap of waits) {
    now += gap
    if ((await store.reserve('key' as AttemptKey, budget, now, startDeadline())) === 0) taken.push(now)
  }
  return taken
}

/** The shortest time in which one more than `count` were let through. */
const shortest = (times: number[], count: number): number =>
  Math.min(...times.slice(count).map((time, i) => time - (times[i] ?? time)))

test('growing rounds let no more through in any window than there are slots', async () => {
  const property = fc.asyncProperty(timings, async ([budget, waits]) => {
    const times = await letThrough({ ...budget, windowDoubles: true }, waits)
    expect(shortest(times, budget.limit)).toBeGreaterThanOrEqual(budget.windowSeconds)
  })
  await fc.assert(property, { numRuns: 1000 })
})

test('steady rounds let no more through in any window than twice the slots', async () => {
  const property = fc.asyncProperty(timings, async ([budget, waits]) => {
    const times = await letThrough({ ...budget, windowDoubles: false }, waits)
    expect(shortest(times, 2 * budget.limit)).toBeGreaterThanOrEqual(budget.windowSeconds)
  })
  await fc.assert(property, { numRuns: 1000 })
})

test('a wait that was told is true, whatever came before', async () => {
  const property = fc.asyncProperty(timings, fc.boolean(), async ([budget, waits], windowDoubles) => {
    const store = memoryAttemptStore()
    const take = (now: number) => store.reserve('key' as AttemptKey, { ...budget, windowDoubles }, now, startDeadline())
    let now = NOW
    for (const gap of waits) {
      now += gap
      const wait = await take(now)
      if (wait === 0) continue
      expect(await take(now + wait - 1)).toBe(1)
      now += wait
      expect(await take(now)).toBe(0)
    }
  })
  await fc.assert(property, { numRuns: 500 })
})
