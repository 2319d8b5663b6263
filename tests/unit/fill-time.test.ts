import { describe, expect, test } from 'vitest'
import { fillTime } from '../../lib/passwords/fill-time.ts'

/** Fills the time on a clock that only the runs of bcrypt move; the first run may be slower, as before optimization. */
async function fill(spentMs: number, { cost = 12, msPerRound = 0.1, firstFactor = 1, setupMs = 0 } = {}) {
  let clock = 1000
  const costs: number[] = []
  const run = async (atCost: number) => {
    clock += setupMs + 2 ** atCost * msPerRound * (costs.length === 0 ? firstFactor : 1)
    costs.push(atCost)
  }
  await fillTime(spentMs, cost, run, () => clock)
  return { totalMs: spentMs + clock - 1000, wholeMs: setupMs + 2 ** cost * msPerRound, costs }
}

describe('fillTime', () => {
  test.each([0, 1, 20, 51.2, 100, 204.8, 300, 355])(
    'reaches the time of one verification after %s ms',
    async (spent) => {
      const { totalMs, wholeMs } = await fill(spent)
      expect(Math.abs(totalMs - wholeMs)).toBeLessThan(17 * 0.1)
    },
  )

  test('does not depend on how fast the machine is', async () => {
    for (const msPerRound of [0.01, 0.07, 1]) {
      const { totalMs, wholeMs } = await fill(1000 * msPerRound, { msPerRound })
      expect(Math.abs(totalMs - wholeMs)).toBeLessThan(17 * msPerRound)
    }
  })

  test('runs an eighth of a verification if the time was already spent', async () => {
    expect((await fill(5000)).costs).toEqual([9])
  })

  test('corrects a slow first run by those that follow', async () => {
    const { totalMs, wholeMs } = await fill(100, { firstFactor: 1.5 })
    expect(Math.abs(totalMs - wholeMs)).toBeLessThan(17 * 0.1)
  })

  test.each([5, 20, 30, 50])('stays within three percent if each run has a setup, after %s ms', async (spent) => {
    const { totalMs, wholeMs } = await fill(spent, { cost: 10, msPerRound: 0.068, setupMs: 0.33 })
    expect(Math.abs(totalMs - wholeMs) / wholeMs).toBeLessThan(0.03)
  })

  test('ends at the lowest costs, and with a clock that stands still', async () => {
    expect((await fill(0, { cost: 4 })).costs).toEqual([4])
    expect((await fill(0, { cost: 5 })).costs).toEqual([4, 4])
    expect((await fill(10, { msPerRound: 0 })).costs).toEqual([9])
  })
})
