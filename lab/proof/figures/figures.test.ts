import { describe, expect, test } from 'vitest'
import { check } from '../checker/checker.ts'
import { historyOf } from '../history/sample.ts'
import { type FaultWindow, faultFigures } from './availability.ts'
import { latencyOf } from './latency.ts'
import { rate } from './rate.ts'

const SECOND = 1_000_000

describe('a rate', () => {
  test('of no violation has the upper bound that its trials support', () => {
    expect(rate(0, 10_000)).toEqual({ violations: 0, trials: 10_000, upperBound: 0.0003 })
    expect(rate(0, 2).upperBound).toBe(1)
  })
  test('with violations, or without trials, has no upper bound', () => {
    expect(rate(1, 10_000).upperBound).toBeUndefined()
    expect(rate(0, 0).upperBound).toBeUndefined()
  })
})

describe('latency', () => {
  const operationsOf = (...ms: number[]) => historyOf(ms.map((each) => `0-${each * 1000} me a`).join('\n'))
  test('is taken by nearest rank', () => {
    const thousand = operationsOf(...Array.from({ length: 1000 }, (_, i) => 1000 - i))
    expect(latencyOf(thousand)).toEqual({ count: 1000, p50: 500, p90: 900, p99: 990, p999: 999, max: 1000 })
    expect(latencyOf(operationsOf(7))).toEqual({ count: 1, p50: 7, p90: 7, p99: 7, p999: 7, max: 7 })
    expect(latencyOf(operationsOf(1, 2, 3))?.p50).toBe(2)
    expect(latencyOf([])).toBeUndefined()
  })
  test('counts from the intended instant', () => {
    expect(latencyOf(historyOf('0-7000 me a intended=-3000'))?.max).toBe(10)
  })
})

const F1 = { name: 'F1', from: 10 * SECOND, to: 20 * SECOND }
const LOGIN = '0-10 login >a'
/** Ten checks of `a` that take so long, in the second that begins at `second`. */
const checks = (second: number, ms: number, outcome = 'ok') =>
  Array.from({ length: 10 }, (_, i) => {
    const at = second * SECOND + i * 100_000
    return `${at}-${at + ms * 1000} me a ${outcome}`
  }).join('\n')

function figures(text: string, windows: readonly FaultWindow[] = []) {
  const history = historyOf(text)
  return faultFigures(history, windows, check(history).offenders)
}

describe('R7', () => {
  test('is computed for each operation, during each fault and after it', () => {
    const { R7 } = figures(
      `${LOGIN}
       ${checks(5, 10)}
       ${checks(12, 10, 'unavailable')}
       ${checks(13, 10)}
       13s login limited
       ${checks(25, 10)}`,
      [F1],
    )
    expect(R7.withoutFault.me).toEqual({ offered: 10, right: 10, share: 1 })
    expect(R7.during.F1).toEqual({
      me: { offered: 20, right: 10, share: 0.5 },
      login: { offered: 1, right: 0, share: 0 },
    })
    expect(R7.after.F1?.me?.share).toBe(1)
  })

  test('counts correct responses within a second of the intended instant', () => {
    const { R7 } = figures(`
      ${LOGIN}
      20-1000020 me a
      20-1000021 me a
      20-30 me a intended=-1000000
      40-50 me a deny
      40-50 me a ambiguous
      40-50 me x deny
      70-70 table-snapshot rows=
    `)
    expect(R7.withoutFault.me).toEqual({ offered: 6, right: 2, share: 2 / 6 })
    expect(Object.keys(R7.withoutFault)).toEqual(['login', 'me'])
  })
})

describe('R8', () => {
  const recovery = (text: string, windows = [F1]) => figures(`${LOGIN}\n${checks(5, 10)}\n${text}`, windows).R8

  test('is the first second that is correct and fast again', () => {
    const slowThenFast = [checks(20, 10, 'unavailable'), checks(21, 21), checks(23, 20)]
    expect(recovery(slowThenFast.join('\n'))).toEqual({ F1: 3 })
  })
  test('is 0 if the first second after the fault is', () => {
    expect(recovery(checks(20, 10))).toEqual({ F1: 0 })
  })
  test('is undefined if no second is before the next fault begins', () => {
    expect(recovery(checks(20, 100))).toEqual({ F1: undefined })
    const next = { name: 'F2', from: 23 * SECOND, to: 24 * SECOND }
    expect(recovery(checks(23, 10), [F1, next])).toEqual({ F1: undefined, F2: undefined })
  })
  test('needs 99 correct responses of a hundred', () => {
    const with100 = (wrong: number) =>
      Array.from({ length: 100 }, (_, i) => {
        const at = 20 * SECOND + i
        return `${at}-${at + 10} me a ${i < wrong ? 'unavailable' : 'ok'}`
      }).join('\n')
    expect([recovery(with100(1)), recovery(with100(2))]).toEqual([{ F1: 0 }, { F1: undefined }])
  })
})

test('the baseline of R8 is the time before any fault', () => {
  const { baseline } = figures(`${LOGIN}\n${checks(5, 10)}\n${checks(12, 500)}`, [F1])
  expect(baseline).toEqual({ count: 10, p50: 10, p90: 10, p99: 10, p999: 10, max: 10 })
})
