import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import type { AttemptBudget, AttemptKey, AttemptStore } from '../../lib/ports.ts'
import { waitOf } from '../support/attempts.ts'
import { draws } from '../support/draws.ts'
import { NOW } from '../support/samples.ts'

const DAY = 86_400

/** The contract of `AttemptStore` (`lib/ports.ts`). */
export function attemptStoreContract(name: string, open: () => AttemptStore): void {
  describe(`attempt store: ${name}`, () => {
    const soon = () => startDeadline(60)
    const newKey = () => nanoid() as AttemptKey
    const growing = { limit: 3, windowSeconds: 900, windowDoubles: true }
    const steady = { ...growing, windowDoubles: false }
    const reserve = (key: AttemptKey, now: number, budget: AttemptBudget = growing) =>
      open().reserve(key, budget, now, soon())
    /** Takes an attempt: 0, or the seconds until attempts are allowed again. */
    const take = async (key: AttemptKey, now: number, budget?: AttemptBudget) =>
      waitOf(await reserve(key, now, budget), now)
    /** Takes attempts until one is refused. */
    const exhaust = async (key: AttemptKey, now: number, budget: AttemptBudget = growing) => {
      for (let granted = 0; ; granted++) {
        const wait = await take(key, now, budget)
        if (wait > 0) return { granted, wait }
      }
    }

    describe.each([
      ['growing', growing],
      ['steady', steady],
    ])('%s rounds', (_, budget) => {
      test('grant as many attempts as the budget has, then return the wait in seconds', async () => {
        const key = newKey()
        for (const now of [NOW, NOW + 10, NOW + 20]) expect(await take(key, now, budget)).toBe(0)
        expect(await take(key, NOW + 30, budget)).toBe(budget.windowDoubles ? 890 : 870)
      })

      test('say how many attempts are left and when the round is over', async () => {
        const key = newKey()
        const ends = budget.windowDoubles ? [900, 910, 920, 920] : [900, 900, 900, 900]
        for (const [count, end] of ends.entries())
          expect(await reserve(key, NOW + 10 * count, budget)).toEqual({
            isGranted: count < 3,
            left: Math.max(2 - count, 0),
            opensAt: NOW + end,
          })
        const next = NOW + (ends.at(-1) ?? 0)
        const windowSeconds = budget.windowDoubles ? 1800 : 900
        const first = { isGranted: true, left: 2, opensAt: next + windowSeconds }
        expect(await reserve(key, next, budget)).toEqual(first)
      })

      test('grant no attempt beyond the budget to parallel calls, in the first round and in later ones', async () => {
        const key = newKey()
        const many = { ...budget, limit: 10 }
        let now = NOW
        for (let round = 0; round < 3; round++) {
          const waits = await Promise.all(Array.from({ length: draws(30, 200) }, () => take(key, now, many)))
          expect(waits.filter((wait) => wait === 0)).toHaveLength(10)
          const [wait = 0, ...others] = new Set(waits.filter((wait) => wait > 0))
          expect(others).toEqual([])
          now += wait
        }
      })

      test('start the next round at the second that the wait announced, and not one second earlier', async () => {
        const key = newKey()
        let now = NOW
        for (let round = 0; round < 4; round++) {
          const { granted, wait } = await exhaust(key, now, budget)
          expect(granted).toBe(3)
          now += wait
          expect(await take(key, now - 1, budget)).toBe(1)
        }
      })

      test('gain one attempt for each that is given back, and never more than the budget', async () => {
        const key = newKey()
        await exhaust(key, NOW, budget)
        await open().release(key, soon())
        expect((await exhaust(key, NOW, budget)).granted).toBe(1)
        for (let i = 0; i < 5; i++) await open().release(key, soon())
        expect((await exhaust(key, NOW, budget)).granted).toBe(3)
      })

      test('gain one attempt for each of 20 that are given back in parallel', async () => {
        const key = newKey()
        const many = { ...budget, limit: 50 }
        await exhaust(key, NOW, many)
        await Promise.all(Array.from({ length: 20 }, () => open().release(key, soon())))
        expect((await exhaust(key, NOW, many)).granted).toBe(20)
      })

      test('start anew after a clear, also if the clear is repeated', async () => {
        const key = newKey()
        const { wait } = await exhaust(key, NOW, budget)
        await exhaust(key, NOW + wait, budget)
        await open().reset(key, soon())
        await open().reset(key, soon())
        expect(await exhaust(key, NOW + wait, budget)).toEqual({ granted: 3, wait: 900 })
      })

      test('follow a budget that has become smaller or larger', async () => {
        const key = newKey()
        await exhaust(key, NOW, { ...budget, limit: 5 })
        expect(await take(key, NOW, budget)).toBe(900)
        expect(await take(key, NOW, { ...budget, windowSeconds: 10 })).toBe(900)
        expect((await exhaust(key, NOW, { ...budget, limit: 7 })).granted).toBe(2)
        const longer = { ...budget, windowSeconds: 3000 }
        expect(await exhaust(key, NOW + 900, longer)).toEqual({ granted: 3, wait: 3000 })
      })

      test('last no longer than a day', async () => {
        expect(await exhaust(newKey(), NOW, { ...budget, windowSeconds: 7 * DAY })).toEqual({ granted: 3, wait: DAY })
      })
    })

    test('keeps the window of steady rounds constant', async () => {
      const key = newKey()
      for (let round = 0; round < 4; round++)
        expect((await exhaust(key, NOW + round * 900, steady)).wait, `${round}`).toBe(900)
    })

    test('counts a steady round from its first attempt and a growing round from its last', async () => {
      const [first, last] = [newKey(), newKey()]
      for (const now of [NOW, NOW + 800]) {
        await take(first, now, steady)
        await take(last, now, growing)
      }
      expect(await exhaust(first, NOW + 900, steady)).toEqual({ granted: 3, wait: 900 })
      expect(await exhaust(last, NOW + 900, growing)).toEqual({ granted: 1, wait: 900 })
    })

    test('doubles the window of growing rounds up to a day', async () => {
      const key = newKey()
      const waits: number[] = []
      for (let now = NOW; waits.length < 9; now += waits.at(-1) ?? 0) waits.push((await exhaust(key, now)).wait)
      expect(waits).toEqual([900, 1800, 3600, 7200, 14_400, 28_800, 57_600, DAY, DAY])
    })

    test('returns to the shortest window two days after the last attempt, and not earlier', async () => {
      const [soonest, late] = [newKey(), newKey()]
      for (const key of [soonest, late]) for (const now of [NOW, NOW + 900]) await exhaust(key, now)
      expect((await exhaust(late, NOW + 900 + 2 * DAY - 1)).wait).toBe(3600)
      expect((await exhaust(soonest, NOW + 900 + 2 * DAY)).wait).toBe(900)
    })

    test('ignores giving back and clearing a counter that does not exist', async () => {
      const key = newKey()
      await open().release(key, soon())
      await open().reset(key, soon())
      expect((await exhaust(key, NOW)).granted).toBe(3)
    })

    test('keeps a counter locked while many other counters are used [TH-05]', async () => {
      const key = newKey()
      const other = newKey()
      await take(other, NOW)
      const { wait } = await exhaust(key, NOW)
      for (let filled = 0; filled < draws(100, 1000); filled += 100)
        await Promise.all(Array.from({ length: 100 }, () => take(newKey(), NOW)))
      expect(await take(key, NOW + 1)).toBe(wait - 1)
      expect((await exhaust(other, NOW)).granted).toBe(2)
    })

    test('returns the time of the last mark, and 0 without a mark', async () => {
      const key = newKey()
      expect(await open().getMark(key, soon())).toBe(0)
      await open().setMark(key, NOW + 100, soon())
      expect(await open().getMark(key, soon())).toBe(NOW + 100)
      await open().setMark(key, NOW + 50, soon())
      expect(await open().getMark(key, soon())).toBe(NOW + 50)
      expect(await open().getMark(newKey(), soon())).toBe(0)
    })
  })
}
