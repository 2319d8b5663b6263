import { describe, expect, test } from 'vitest'
import type { Outcome } from '../history/operation.ts'
import { startSample } from '../history/sample.ts'
import { type CheckerOptions, check } from './checker.ts'

// Routes that allow a staleness: what the checker makes of their answers, just within it and just past it.

type Sample = ReturnType<typeof startSample>

const ALLOWED = 2_000_000
const lenient = (worker = 'w') => ({ allowed: ALLOWED, worker })
const live = (s: Sample) => s.login([0, 10], 'a', { password: 'p', scopes: ['x'] })
const denied = (status: number) => ({ outcome: 'deny', status }) as const

function judge(write: (sample: Sample) => void, options: CheckerOptions = {}) {
  const sample = startSample()
  write(sample)
  const verdict = check(sample.history, options)
  return { ...verdict, clauses: [...new Set(verdict.violations.map(({ clause }) => clause))] }
}

/** By what session `a` is ended from 100 to 110, and what an acceptance is then that comes too late. */
const ENDS = [
  ['logout', { sid: 'a', status: 204 }, 'K1 stale'],
  ['revoke', { target: 'a', status: 204 }, 'K1 stale'],
  ['reauthenticate', { sid: 'a', created: 'b' }, 'K1 stale'],
  ['end-all', {}, 'K3 stale'],
  ['end-own', { sid: 'other' }, 'K3 stale'],
  ['password-change', { sid: 'other', created: 'b', password: 'p', newPassword: 'q' }, 'K3 stale'],
  ['disable', {}, 'K3 stale'],
  ['scope-removal', { scope: 'x' }, 'K3 stale'],
] as const

describe.each(ENDS)('after a %s', (op, rest, clause) => {
  const seenAt = (invoked: number, outcome: Outcome = 'ok', more: object = lenient()) =>
    judge((s) => {
      live(s)
      s.login([0, 10], 'other', { password: 'p' })
      s.add(op, [100, 110], rest)
      s.me([invoked, invoked + 5], 'a', outcome, more)
    })

  test('a session may be let in while its end is no longer ago than is allowed', () => {
    for (const invoked of [111, 1_000_000, 110 + ALLOWED]) {
      const { clauses, staleness, failOpen, counts, lag } = seenAt(invoked)
      expect(clauses).toEqual([])
      expect(staleness).toEqual({ late: 1, longest: invoked - 110, tempted: 0 })
      expect([failOpen.trials, counts[clause].trials, lag.late, lag.beyondInFlight]).toEqual([0, 0, 0, 0])
    }
  })

  test('and not when it is', () => {
    const { clauses, staleness, failOpen, counts } = seenAt(111 + ALLOWED)
    expect(clauses).toEqual([clause])
    expect(counts[clause]).toEqual({ trials: 1, violations: 1 })
    expect([failOpen, staleness.late]).toEqual([{ trials: 1, violations: 1 }, 0])
    expect(seenAt(111 + ALLOWED, 'deny').counts[clause]).toEqual({ trials: 1, violations: 0 })
    expect(seenAt(111 + ALLOWED, 'unavailable').counts[clause].trials, 'no answer, no trial').toBe(0)
  })

  test('nor at all by a route that allows none, of the same process or not', () => {
    for (const more of [{ worker: 'w' }, { worker: 'v' }, {}]) expect(seenAt(111, 'ok', more).clauses).not.toEqual([])
    expect(seenAt(110, 'ok', { worker: 'w' }).clauses, 'touching instants overlap').toEqual([])
  })
})

describe('what was refused', () => {
  /** An end without an answer, a refusal that was answered at 130, and what somebody says later. */
  const later = (invoked: number, more: object, refusal: object = { worker: 'w' }, outcome: Outcome = 'ok') =>
    judge((s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a', outcome: 'ambiguous' })
      s.me([120, 130], 'a', 'deny', refusal)
      s.me([invoked, invoked + 5], 'a', outcome, more)
    })

  test('may be let in by another process that read it just before, for as long as is allowed', () => {
    expect(later(131, lenient('v')).clauses).toEqual([])
    expect(later(130 + ALLOWED, lenient('v')).clauses).toEqual([])
    expect(later(131 + ALLOWED, lenient('v')).clauses).toEqual(['K4 stale'])
    expect(later(131 + ALLOWED, lenient('v'), { worker: 'w' }, 'deny').counts['K4 stale'].trials).toBe(1)
  })

  test('is not by the process that refused it, by whichever route', () => {
    for (const refusal of [{ worker: 'w' }, lenient('w')]) {
      expect(later(131, lenient('w'), refusal).clauses).toEqual(['K4 process'])
      expect(later(130, lenient('w'), refusal).clauses, 'touching').toEqual([])
    }
    expect(later(131, lenient('w'), { worker: 'w', ...denied(403) }).clauses, 'a missing scope').toEqual([])
    expect(later(131, { allowed: ALLOWED }, {}).clauses, 'nobody knows by which').toEqual([])
  })

  test('is not by a route that allows none, whoever refused it', () => {
    for (const refusal of [{ worker: 'w' }, lenient('w'), lenient('v')])
      expect(later(131, { worker: 'v' }, refusal).clauses).toEqual(['K4 resurrected'])
  })
})

test('a staleness excuses neither an end of its own, nor another’s session, nor one that nobody was given', () => {
  const clausesOf = (write: (s: Sample) => void) => judge(write, { skew: 0 }).clauses
  expect(
    clausesOf((s) => {
      s.login([0, 10], 'a', { endsAt: 100 })
      s.me([101, 105], 'a', 'ok', lenient())
    }),
  ).toEqual(['K1 expired'])
  expect(
    clausesOf((s) => {
      live(s)
      s.me([20, 30], 'a', 'ok', { ...lenient(), principal: 'v' })
    }),
  ).toEqual(['K6 principal'])
  expect(clausesOf((s) => void s.me([20, 30], 'x', 'ok', lenient()))).toEqual(['K6 unknown'])
})

test('a route that allows one refuses nobody who is live, and its refusal means that there is no row', () => {
  const clauses = (write: (s: Sample) => void) => judge(write).clauses
  expect(
    clauses((s) => {
      live(s)
      s.me([20, 30], 'a', 'deny', lenient())
    }),
  ).toEqual(['K2 denied'])
  expect(
    clauses((s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a', outcome: 'ambiguous' })
      s.me([120, 130], 'a', 'deny', lenient())
      s.add('table-snapshot', [1000, 1001], { rows: [{ sid: 'a' }] })
    }),
  ).toEqual(['K8 left'])
})

test('the other route was put to the test where its process would still have let in, once', () => {
  const { staleness, clauses } = judge((s) => {
    live(s)
    s.add('logout', [100, 110], { sid: 'a' })
    s.me([200, 210], 'a', 'deny', { worker: 'w' }) // nothing was kept, as far as one knows
    s.me([220, 230], 'a', 'ok', lenient('v'))
    s.me([240, 250], 'a', 'deny', { worker: 'v' })
    s.me([260, 270], 'a', 'deny', { worker: 'v' })
    s.me([280, 290], 'a', 'ok', lenient('u'))
    s.me([200 + ALLOWED, 210 + ALLOWED], 'a', 'deny', { worker: 'u' }) // too late for that
  })
  expect([staleness, clauses]).toEqual([{ late: 2, longest: 170, tempted: 1 }, []])
})
