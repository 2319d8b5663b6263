import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import type { AttemptBudget, AttemptKey, AttemptStore } from '../../lib/ports.ts'
import { NOW } from '../support/samples.ts'

const DAY = 86_400

/** What every attempt store promises (`lib/ports.ts`). */
export function attemptStoreContract(name: string, open: () => AttemptStore): void {
  describe(`attempt store: ${name}`, () => {
    const soon = () => startDeadline(60)
    const newKey = () => nanoid() as AttemptKey
    const growing = { limit: 3, windowSeconds: 900, windowDoubles: true }
    const steady = { ...growing, windowDoubles: false }
    const take = (key: AttemptKey, now: number, budget: AttemptBudget = growing) =>
      open().reserve(key, budget, now, soon())
    /** Takes all slots there are; how many there were, and the wait until there are more. */
    const exhaust = async (key: AttemptKey, now: number, budget: AttemptBudget = growing) => {
      for (let slots = 0; ; slots++) {
        const wait = await take(key, now, budget)
        if (wait > 0) return { slots, wait }
      }
    }

    describe.each([
      ['growing', growing],
      ['steady', steady],
    ])('%s rounds', (_, budget) => {
      test('give as many slots as there are, and then tell how long to wait', async () => {
        const key = newKey()
        for (const now of [NOW, NOW + 10, NOW + 20]) expect(await take(key, now, budget)).toBe(0)
        expect(await take(key, NOW + 30, budget)).toBe(budget.windowDoubles ? 890 : 870)
      })

      test('give no more slots to 200 at once, neither to the first nor to those at the end of a round', async () => {
        const key = newKey()
        const many = { ...budget, limit: 10 }
        let now = NOW
        for (let round = 0; round < 3; round++) {
          const waits = await Promise.all(Array.from({ length: 200 }, () => take(key, now, many)))
          expect(waits.filter((wait) => wait === 0)).toHaveLength(10)
          const [wait = 0, ...others] = new Set(waits.filter((wait) => wait > 0))
          expect(others).toEqual([])
          now += wait
        }
      })

      test('begin again at the second that was told, and not one before', async () => {
        const key = newKey()
        let now = NOW
        for (let round = 0; round < 4; round++) {
          const { slots, wait } = await exhaust(key, now, budget)
          expect(slots).toBe(3)
          now += wait
          expect(await take(key, now - 1, budget)).toBe(1)
        }
      })

      test('get exactly one slot back at a time, and never more than there are', async () => {
        const key = newKey()
        await exhaust(key, NOW, budget)
        await open().release(key, soon())
        expect((await exhaust(key, NOW, budget)).slots).toBe(1)
        for (let i = 0; i < 5; i++) await open().release(key, soon())
        expect((await exhaust(key, NOW, budget)).slots).toBe(3)
      })

      test('get one slot back for each of those who give one back at once', async () => {
        const key = newKey()
        const many = { ...budget, limit: 50 }
        await exhaust(key, NOW, many)
        await Promise.all(Array.from({ length: 20 }, () => open().release(key, soon())))
        expect((await exhaust(key, NOW, many)).slots).toBe(20)
      })

      test('are at their beginning after a clear, however often it is repeated', async () => {
        const key = newKey()
        const { wait } = await exhaust(key, NOW, budget)
        await exhaust(key, NOW + wait, budget)
        await open().reset(key, soon())
        await open().reset(key, soon())
        expect(await exhaust(key, NOW + wait, budget)).toEqual({ slots: 3, wait: 900 })
      })

      test('keep to a budget that has shrunk or grown meanwhile', async () => {
        const key = newKey()
        await exhaust(key, NOW, { ...budget, limit: 5 })
        expect(await take(key, NOW, budget)).toBe(900)
        expect(await take(key, NOW, { ...budget, windowSeconds: 10 })).toBe(900)
        expect((await exhaust(key, NOW, { ...budget, limit: 7 })).slots).toBe(2)
        const longer = { ...budget, windowSeconds: 3000 }
        expect(await exhaust(key, NOW + 900, longer)).toEqual({ slots: 3, wait: 3000 })
      })

      test('never last longer than a day', async () => {
        expect(await exhaust(newKey(), NOW, { ...budget, windowSeconds: 7 * DAY })).toEqual({ slots: 3, wait: DAY })
      })
    })

    test('the window of steady rounds stays', async () => {
      const key = newKey()
      for (let round = 0; round < 4; round++)
        expect((await exhaust(key, NOW + round * 900, steady)).wait, `${round}`).toBe(900)
    })

    test('a steady round lasts from its first slot, a growing one from its last', async () => {
      const [first, last] = [newKey(), newKey()]
      for (const now of [NOW, NOW + 800]) {
        await take(first, now, steady)
        await take(last, now, growing)
      }
      expect(await exhaust(first, NOW + 900, steady)).toEqual({ slots: 3, wait: 900 })
      expect(await exhaust(last, NOW + 900, growing)).toEqual({ slots: 1, wait: 900 })
    })

    test('the window of growing rounds doubles up to a day', async () => {
      const key = newKey()
      const waits: number[] = []
      for (let now = NOW; waits.length < 9; now += waits.at(-1) ?? 0) waits.push((await exhaust(key, now)).wait)
      expect(waits).toEqual([900, 1800, 3600, 7200, 14_400, 28_800, 57_600, DAY, DAY])
    })

    test('growing windows start anew two days after the last slot, and not before', async () => {
      const [soonest, late] = [newKey(), newKey()]
      for (const key of [soonest, late]) for (const now of [NOW, NOW + 900]) await exhaust(key, now)
      expect((await exhaust(late, NOW + 900 + 2 * DAY - 1)).wait).toBe(3600)
      expect((await exhaust(soonest, NOW + 900 + 2 * DAY)).wait).toBe(900)
    })

    test('what was never taken can be given back and cleared, to no effect', async () => {
      const key = newKey()
      await open().release(key, soon())
      await open().reset(key, soon())
      expect((await exhaust(key, NOW)).slots).toBe(3)
    })

    test('a thousand other counters change nothing for one that is locked [TH-05]', async () => {
      const key = newKey()
      const other = newKey()
      await take(other, NOW)
      const { wait } = await exhaust(key, NOW)
      for (let filled = 0; filled < 1000; filled += 100)
        await Promise.all(Array.from({ length: 100 }, () => take(newKey(), NOW)))
      expect(await take(key, NOW + 1)).toBe(wait - 1)
      expect((await exhaust(other, NOW)).slots).toBe(2)
    })

    test('a mark holds until it says, and the last one counts', async () => {
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
