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

describe('a row', () => {
  let recent: StalenessCache
  beforeEach(() => {
    now = START
    recent = createStalenessCache({ now: () => now, maxRows: 3 })
    recent.set(row, recent.now())
  })
  const found = (seconds: number) => recent.get(row.userId, row.id, seconds)

  test('is found for less than so many seconds from the instant its read began', () => {
    expect(found(2)).toBe(row)
    now = at(1999)
    expect(found(2)).toBe(row)
    expect(found(3)).toBe(row)
    expect(found(1)).toBeUndefined()
    now = at(2000)
    expect(found(2)).toBeUndefined()
  })

  test('is never found at 0, nor for what is no number of seconds', () => {
    for (const seconds of [0, -1, Number.NaN]) expect(found(seconds)).toBeUndefined()
  })

  test('is found for five minutes at most, whatever is asked', () => {
    now = at(MAX_STALENESS_SECONDS * 1000 - 1)
    expect(found(9999)).toBe(row)
    now = at(MAX_STALENESS_SECONDS * 1000)
    expect(found(9999)).toBeUndefined()
    expect(found(Number.POSITIVE_INFINITY)).toBeUndefined()
  })

  test('ages by whichever clock has gone on, and not at all by one that was set back', () => {
    now = at(0, 2000) // frozen: the monotonic clock may have stood still
    expect(found(2)).toBeUndefined()
    now = at(2000, 0) // set back
    expect(found(2)).toBeUndefined()
    now = at(1000, -1)
    expect(found(2)).toBeUndefined()
  })

  test('is that of its own user and its own id alone', () => {
    expect(recent.get('x'.repeat(21) as UserId, row.id, 2)).toBeUndefined()
    expect(recent.get(row.userId, 'x'.repeat(21) as SessionId, 2)).toBeUndefined()
  })

  test('is forgotten when that is said', () => {
    recent.delete(row.userId, row.id)
    expect(found(2)).toBeUndefined()
    recent.update(row, { lastSeenAt: NOW })
    expect(found(2)).toBeUndefined()
  })

  test('that is amended says so and is no younger', () => {
    now = at(1000)
    recent.update(row, { lastSeenAt: 77 })
    expect(found(2)).toEqual({ ...row, lastSeenAt: 77 })
    now = at(2000)
    expect(found(2)).toBeUndefined()
  })

  test('that was read again is as young as that', () => {
    now = at(1500)
    recent.set(row, recent.now())
    now = at(3000)
    expect(found(2)).toBe(row)
  })

  test('gives way to the newest when there are more than there may be: the one read longest ago first', () => {
    const [two, three, four] = [named('two'), named('three'), named('four')]
    recent.set(two, recent.now())
    recent.set(row, recent.now()) // now the second is the oldest
    recent.set(three, recent.now())
    recent.set(four, recent.now())
    expect([row, two, three, four].map(({ userId, id }) => recent.get(userId, id, 2) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ])
  })

  test('that nobody may ask for any more makes room when another comes', () => {
    now = at(MAX_STALENESS_SECONDS * 1000)
    recent.set(named('two'), recent.now())
    now = START
    expect(found(2)).toBeUndefined()
  })
})
