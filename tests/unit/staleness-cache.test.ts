import { beforeEach, describe, expect, test } from 'vitest'
import type { SessionId } from '../../lib/session.ts'
import { MOST_STALENESS_SECONDS, type RecentRows, recentRows } from '../../lib/sessions/staleness-cache.ts'
import type { UserId } from '../../lib/user.ts'
import { NOW, sampleRow } from '../support/samples.ts'

const START = { monotonic: 5000, wall: 1_000_000 }
const at = (ms: number, wall = ms) => ({ monotonic: START.monotonic + ms, wall: START.wall + wall })
let now = START
const named = (id: string) => sampleRow({ id: id.padEnd(21, '-') as SessionId })
const row = named('one')

describe('a row', () => {
  let recent: RecentRows
  beforeEach(() => {
    now = START
    recent = recentRows({ now: () => now, mostRows: 3 })
    recent.keep(row, recent.now())
  })
  const found = (seconds: number) => recent.find(row.userId, row.id, seconds)

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
    now = at(MOST_STALENESS_SECONDS * 1000 - 1)
    expect(found(9999)).toBe(row)
    now = at(MOST_STALENESS_SECONDS * 1000)
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
    expect(recent.find('x'.repeat(21) as UserId, row.id, 2)).toBeUndefined()
    expect(recent.find(row.userId, 'x'.repeat(21) as SessionId, 2)).toBeUndefined()
  })

  test('is forgotten when that is said', () => {
    recent.forget(row.userId, row.id)
    expect(found(2)).toBeUndefined()
    recent.amend(row, { lastSeenAt: NOW })
    expect(found(2)).toBeUndefined()
  })

  test('that is amended says so and is no younger', () => {
    now = at(1000)
    recent.amend(row, { lastSeenAt: 77 })
    expect(found(2)).toEqual({ ...row, lastSeenAt: 77 })
    now = at(2000)
    expect(found(2)).toBeUndefined()
  })

  test('that was read again is as young as that', () => {
    now = at(1500)
    recent.keep(row, recent.now())
    now = at(3000)
    expect(found(2)).toBe(row)
  })

  test('gives way to the newest when there are more than there may be: the one read longest ago first', () => {
    const [two, three, four] = [named('two'), named('three'), named('four')]
    recent.keep(two, recent.now())
    recent.keep(row, recent.now()) // now the second is the oldest
    recent.keep(three, recent.now())
    recent.keep(four, recent.now())
    expect([row, two, three, four].map(({ userId, id }) => recent.find(userId, id, 2) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ])
  })

  test('that nobody may ask for any more makes room when another comes', () => {
    now = at(MOST_STALENESS_SECONDS * 1000)
    recent.keep(named('two'), recent.now())
    now = START
    expect(found(2)).toBeUndefined()
  })
})
