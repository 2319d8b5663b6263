import { describe, expect, test } from 'vitest'
import { type CheckerOptions, check } from '../checker/checker.ts'
import { startSample } from '../history/sample.ts'
import { type FiguresOptions, figuresOf, rate } from './figures.ts'
import { latencyOf } from './latency.ts'

type Sample = ReturnType<typeof startSample>
const MS = 1000
const SECOND = 1_000_000

function figures(write: (sample: Sample) => void, options: FiguresOptions = {}, checker: CheckerOptions = {}) {
  const sample = startSample()
  write(sample)
  return figuresOf(sample.history, check(sample.history, { ...checker, windows: options.windows ?? [] }), options)
}

describe('a rate', () => {
  test('of none in n has the upper bound that n supports', () => {
    expect(rate(0, 10_000)).toEqual({ violations: 0, trials: 10_000, upperBound: 0.0003 })
    expect(rate(0, 2).upperBound).toBe(1)
  })
  test('of some, and of no trials, has none', () => {
    expect(rate(1, 10_000).upperBound).toBeUndefined()
    expect(rate(0, 0).upperBound).toBeUndefined()
  })
})

describe('latency', () => {
  const take = (ms: number) => ({ ...startSample().me([0, ms * MS], 'a'), intended: 0 })
  test('is by nearest rank', () => {
    const thousand = Array.from({ length: 1000 }, (_, i) => take(1000 - i))
    expect(latencyOf(thousand)).toEqual({ count: 1000, p50: 500, p90: 900, p99: 990, p999: 999, max: 1000 })
    expect(latencyOf([take(7)])).toEqual({ count: 1, p50: 7, p90: 7, p99: 7, p999: 7, max: 7 })
    expect(latencyOf([1, 2, 3].map(take))?.p50).toBe(2)
    expect(latencyOf([])).toBeUndefined()
  })
  test('counts from the intended instant', () => {
    expect(latencyOf([{ ...take(7), intended: -3 * MS }])?.max).toBe(10)
  })
})

test('R1 to R6 are the rules’ counts', () => {
  const told = figures((s) => {
    s.login([0, 10], 'a', { principal: 'u' })
    s.me([20, 30], 'a', 'ok', { principal: 'u' })
    s.add('logout', [100, 2100], { sid: 'a' })
    s.me([2000, 5100], 'a')
    s.me([6000, 6100], 'a', 'deny')
    s.me([7000, 7100], 'b')
  })
  expect(told.R1).toEqual({ violations: 0, trials: 1, upperBound: 1, sessions: 1 })
  expect(told.R2).toEqual({ sessions: 1, longestMs: 3, beyondInFlightMs: 0, inFlightShare: 1 })
  expect(told.R3.resurrections.trials).toBe(0)
  expect(told.R4).toMatchObject({ principals: { violations: 0, trials: 2 }, duplicates: { trials: 1 }, ids: 1 })
  expect(told.R5).toEqual({ violations: 1, trials: 2, upperBound: undefined })
  expect(told.R6).toMatchObject({ violations: 0, trials: 1 })
})

test('a session accepted after its end is no share of what was in flight', () => {
  const told = figures((s) => {
    s.login([0, 10], 'a')
    s.add('logout', [100, 2100], { sid: 'a' })
    s.me([2101, 5100], 'a')
  })
  expect(told.R2).toEqual({ sessions: 1, longestMs: 3, beyondInFlightMs: 3, inFlightShare: 0 })
  expect(figures((s) => void s.login([0, 10], 'a')).R2.inFlightShare).toBeUndefined()
})

const F1 = { name: 'F1', from: 10 * SECOND, to: 20 * SECOND }
/** One check each 100 ms of `a`, for a second from `second` on, that takes so long. */
const checks = (s: Sample, second: number, ms: number, outcome: 'ok' | 'unavailable' = 'ok') => {
  for (let i = 0; i < 10; i++) {
    const at = second * SECOND + i * 100 * MS
    s.me([at, at + ms * MS], 'a', outcome)
  }
}

describe('R7', () => {
  test('is told for each operation, in each fault and after it', () => {
    const { R7 } = figures(
      (s) => {
        s.login([0, 10], 'a')
        checks(s, 5, 10)
        checks(s, 12, 10, 'unavailable')
        checks(s, 13, 10)
        s.add('login', [13 * SECOND, 13 * SECOND + 10], { outcome: 'limited' })
        checks(s, 25, 10)
      },
      { windows: [F1] },
    )
    expect(R7.withoutFault.me).toEqual({ offered: 10, right: 10, share: 1 })
    expect(R7.during.F1).toEqual({
      me: { offered: 20, right: 10, share: 0.5 },
      login: { offered: 1, right: 0, share: 0 },
    })
    expect(R7.after.F1?.me?.share).toBe(1)
  })

  test('counts answers that are right and within a second of when they should have been asked for', () => {
    const { R7 } = figures((s) => {
      s.login([0, 10], 'a')
      s.me([20, SECOND + 20], 'a')
      s.me([20, SECOND + 21], 'a') // late
      s.me([20, 30], 'a', 'ok', { intended: -SECOND }) // sent late
      s.me([40, 50], 'a', 'deny') // wrongful
      s.me([40, 50], 'a', 'ambiguous')
      s.me([40, 50], 'x', 'deny') // rightly
      s.me([40, 50], 'a', 'unavailable', { valid: false })
      s.add('kill', [60, 60], { worker: 'w' })
      s.add('table-snapshot', [70, 70], { rows: [] })
    })
    expect(R7.withoutFault.me).toEqual({ offered: 6, right: 2, share: 2 / 6 })
    expect(Object.keys(R7.withoutFault)).toEqual(['login', 'me'])
  })
})

describe('R8', () => {
  const recovery = (write: (s: Sample) => void, windows = [F1]) =>
    figures(
      (s) => {
        s.login([0, 10], 'a')
        checks(s, 5, 10)
        write(s)
      },
      { windows },
    ).R8

  test('is the first second that is right and fast again', () => {
    const told = recovery((s) => {
      checks(s, 20, 10, 'unavailable')
      checks(s, 21, 21)
      checks(s, 23, 20)
    })
    expect(told).toEqual({ F1: 3 })
  })
  test('is nothing where all was well at once', () => {
    expect(recovery((s) => checks(s, 20, 10))).toEqual({ F1: 0 })
  })
  test('is unknown where it did not come, or only after the next fault began', () => {
    expect(recovery((s) => checks(s, 20, 100))).toEqual({ F1: undefined })
    const next = { name: 'F2', from: 23 * SECOND, to: 24 * SECOND }
    expect(recovery((s) => checks(s, 23, 10), [F1, next])).toEqual({ F1: undefined, F2: undefined })
  })
  test('asks of a hundred that ninety-nine be right', () => {
    const with100 = (wrong: number) =>
      recovery((s) => {
        for (let i = 0; i < 100; i++)
          s.me([20 * SECOND + i, 20 * SECOND + i + 10], 'a', i < wrong ? 'unavailable' : 'ok')
      })
    expect([with100(1), with100(2)]).toEqual([{ F1: 0 }, { F1: undefined }])
  })
})

test('R9 is of the time before any fault', () => {
  const { R9 } = figures(
    (s) => {
      s.login([0, 10], 'a')
      checks(s, 5, 10)
      checks(s, 12, 500)
    },
    { windows: [F1] },
  )
  expect(R9.me).toEqual({ count: 10, p50: 10, p90: 10, p99: 10, p999: 10, max: 10 })
})

test('R12 is the excess', () => {
  const guesses = (s: Sample) => {
    for (let i = 0; i < 5; i++) s.add('login', [i, i + 1], { outcome: 'deny' })
  }
  const { R12 } = figures(guesses, {}, { budget: { slots: 2, window: 900 * SECOND } })
  expect(R12).toEqual({ violations: 3, trials: 5, upperBound: undefined })
})

test('R13 counts rows of nobody against logins without an answer', () => {
  const { R13 } = figures((s) => {
    s.add('login', [0, 1], { outcome: 'ambiguous' })
    s.add('login', [0, 1], { outcome: 'unavailable' })
    s.login([0, 10], 'a')
    s.add('logout', [20, 30], { sid: 'a' })
    s.add('table-snapshot', [40, 50], { rows: [{ sid: 'a' }, { sid: 'x' }] })
  })
  expect(R13).toMatchObject({ orphans: 1, ambiguousLogins: 2, leftRows: { violations: 1, trials: 1 } })
})

test('R14 tells how long a worker was away', () => {
  const { R14 } = figures((s) => {
    s.login([0, 10], 'a', { worker: 'w1' })
    s.add('kill', [1000, 1000], { worker: 'w1' })
    s.me([500, 1500], 'a', 'ok', { worker: 'w1' }) // asked for before
    s.me([1600, 2000], 'a', 'ok', { worker: 'w2' })
    s.me([1600, 3000], 'a', 'unavailable', { worker: 'w1' })
    s.me([4000, 5000], 'a', 'ok', { worker: 'w1' })
    s.add('kill', [6000, 6000], { worker: 'w2' })
  })
  expect(R14).toMatchObject({ kills: 2, p50: 4, max: Infinity, lost: { violations: 0 }, halfStates: { violations: 0 } })
  expect(figures((s) => void s.login([0, 10], 'a')).R14).toMatchObject({ kills: 0, p50: undefined, max: 0 })
})

test('R16 counts what generators found', () => {
  const { R16 } = figures((s) => {
    s.login([0, 10], 'a', { canaries: 2 })
    s.me([20, 30], 'a')
  })
  expect(R16).toEqual({ answers: 2, canaries: 2 })
})
