import { beforeEach, describe, expect, test } from 'vitest'
import type { SessionId } from '../../lib/session.ts'
import { createStalenessCache, MAX_STALENESS_SECONDS, type StalenessCache } from '../../lib/sessions/staleness-cache.ts'
import type { UserId } from '../../lib/user.ts'
import { NOW, sampleRow } from '../support/samples.ts'

const START = { monotonic: 5000, wall: 1_000_000 }
const at = (ms: number, wall = ms) => ({ monotonic: START.monotonic + ms, wall: START.wall + wall })
let now = START
const named = (id: string) => sampleRow({ id: id.padEnd(21, '-') as SessionId })
const row = named('one')

describe('a cached row', () => {
  let cache: StalenessCache
  beforeEach(() => {
    now = START
    cache = createStalenessCache({ now: () => now, maxRows: 3 })
    cache.set(row, cache.now())
  })
  const found = (seconds: number) => cache.get(row.userId, row.id, seconds)

  test('is returned for less than maxStalenessSeconds after its read began', () => {
    expect(found(2)).toBe(row)
    now = at(1999)
    expect(found(2)).toBe(row)
    expect(found(3)).toBe(row)
    expect(found(1)).toBeUndefined()
    now = at(2000)
    expect(found(2)).toBeUndefined()
  })

  test('is not returned for a staleness of 0 or NaN', () => {
    for (const seconds of [0, -1, Number.NaN]) expect(found(seconds)).toBeUndefined()
  })

  test('is returned for at most five minutes', () => {
    now = at(MAX_STALENESS_SECONDS * 1000 - 1)
    expect(found(9999)).toBe(row)
    now = at(MAX_STALENESS_SECONDS * 1000)
    expect(found(9999)).toBeUndefined()
    expect(found(Number.POSITIVE_INFINITY)).toBeUndefined()
  })

  test('ages by either clock and is not returned when one was set back', () => {
    now = at(0, 2000) // frozen process: the monotonic clock may have stood still
    expect(found(2)).toBeUndefined()
    now = at(2000, 0) // the wall clock was set back
    expect(found(2)).toBeUndefined()
    now = at(1000, -1)
    expect(found(2)).toBeUndefined()
  })

  test('is returned only for its user and its id', () => {
    expect(cache.get('x'.repeat(21) as UserId, row.id, 2)).toBeUndefined()
    expect(cache.get(row.userId, 'x'.repeat(21) as SessionId, 2)).toBeUndefined()
  })

  test('is not returned after delete', () => {
    cache.delete(row.userId, row.id)
    expect(found(2)).toBeUndefined()
    cache.update(row, { lastSeenAt: NOW })
    expect(found(2)).toBeUndefined()
  })

  test('keeps its age when it is updated', () => {
    now = at(1000)
    cache.update(row, { lastSeenAt: 77 })
    expect(found(2)).toEqual({ ...row, lastSeenAt: 77 })
    now = at(2000)
    expect(found(2)).toBeUndefined()
  })

  test('has the age of its latest read', () => {
    now = at(1500)
    cache.set(row, cache.now())
    now = at(3000)
    expect(found(2)).toBe(row)
  })

  test('is evicted when the cache is full, in the order of reads', () => {
    const [two, three, four] = [named('two'), named('three'), named('four')]
    cache.set(two, cache.now())
    cache.set(row, cache.now()) // now the second is the oldest
    cache.set(three, cache.now())
    cache.set(four, cache.now())
    expect([row, two, three, four].map(({ userId, id }) => cache.get(userId, id, 2) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ])
  })

  test('is evicted when it is older than five minutes and another row is stored', () => {
    now = at(MAX_STALENESS_SECONDS * 1000)
    cache.set(named('two'), cache.now())
    now = START
    expect(found(2)).toBeUndefined()
  })
})

test('a cache without a clock of its own uses the clocks of the system', () => {
  const cache = createStalenessCache()
  cache.set(row, cache.now())
  expect(cache.get(row.userId, row.id, MAX_STALENESS_SECONDS)).toBe(row)
})
