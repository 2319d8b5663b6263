import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import type { AttemptBudget, AttemptKey } from '../../lib/ports.ts'
import { memoryAttemptStore } from '../../testing/memory-attempt-store.ts'
import { waitOf } from '../support/attempts.ts'
import { NOW } from '../support/samples.ts'

// However an attacker times the attempts: how many succeed in any period as long as the window.

const budgets = fc.record({ limit: fc.integer({ min: 1, max: 8 }), windowSeconds: fc.integer({ min: 10, max: 5000 }) })
// Bursts, a steady rate, waits around the end of a window, and days without attempts.
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

/** The times of the attempts that succeeded. */
async function successes(budget: AttemptBudget, waits: number[]): Promise<number[]> {
  const store = memoryAttemptStore()
  const times: number[] = []
  let now = NOW
  for (const gap of waits) {
    now += gap
    if ((await store.reserve('key' as AttemptKey, budget, now, startDeadline())).isGranted) times.push(now)
  }
  return times
}

/** The shortest period in which `count` + 1 attempts succeeded. */
const shortestPeriod = (times: number[], count: number): number =>
  Math.min(...times.slice(count).map((time, i) => time - (times[i] ?? time)))

test('rounds with a doubling window allow at most `limit` attempts in any window', async () => {
  const property = fc.asyncProperty(timings, async ([budget, waits]) => {
    const times = await successes({ ...budget, windowDoubles: true }, waits)
    expect(shortestPeriod(times, budget.limit)).toBeGreaterThanOrEqual(budget.windowSeconds)
  })
  await fc.assert(property, { numRuns: 1000 })
})

test('rounds with a constant window allow at most twice `limit` attempts in any window', async () => {
  const property = fc.asyncProperty(timings, async ([budget, waits]) => {
    const times = await successes({ ...budget, windowDoubles: false }, waits)
    expect(shortestPeriod(times, 2 * budget.limit)).toBeGreaterThanOrEqual(budget.windowSeconds)
  })
  await fc.assert(property, { numRuns: 1000 })
})

test('an attempt succeeds after the returned wait, and not one second earlier', async () => {
  const property = fc.asyncProperty(timings, fc.boolean(), async ([budget, waits], windowDoubles) => {
    const store = memoryAttemptStore()
    const reserve = async (now: number) =>
      waitOf(await store.reserve('key' as AttemptKey, { ...budget, windowDoubles }, now, startDeadline()), now)
    let now = NOW
    for (const gap of waits) {
      now += gap
      const wait = await reserve(now)
      if (wait === 0) continue
      expect(await reserve(now + wait - 1)).toBe(1)
      now += wait
      expect(await reserve(now)).toBe(0)
    }
  })
  await fc.assert(property, { numRuns: 500 })
})
