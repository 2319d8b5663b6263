import { expect, test } from 'vitest'
import {
  millisecondsSince,
  monotonicMilliseconds,
  systemClock,
  systemInstant,
  systemRandomText,
  wallMilliseconds,
} from '../../lib/system.ts'

test('the system clocks tell milliseconds and whole seconds since 1970', () => {
  const before = Date.now()
  const wall = wallMilliseconds()
  expect(wall).toBeGreaterThanOrEqual(before)
  expect(wall).toBeLessThan(before + 10_000)
  expect(Number.isInteger(systemClock())).toBe(true)
  expect(Math.abs(systemClock() - before / 1000)).toBeLessThan(10)
})

test('the time between two instants is what the clock that shows more of it tells', () => {
  const [from, monotonic] = [systemInstant(), monotonicMilliseconds()]
  expect(Math.abs(from.monotonic - monotonic)).toBeLessThan(10_000)
  expect(Math.abs(from.wall - wallMilliseconds())).toBeLessThan(10_000)
  const later = (changes: object) => millisecondsSince(from, { ...from, ...changes })
  expect(later({ monotonic: from.monotonic + 50 })).toBeCloseTo(50) // the wall clock was set back
  expect(later({ wall: from.wall + 70_000 })).toBe(70_000) // Lambda froze the process
})

test('random texts have the requested length, url-safe characters, and do not repeat', () => {
  const texts = [1, 2, 3].map(() => systemRandomText(21))
  for (const text of texts) expect(text).toMatch(/^[\w-]{21}$/)
  expect(new Set(texts).size).toBe(3)
})
