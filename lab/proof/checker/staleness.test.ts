import { describe, expect, test } from 'vitest'
import { historyOf } from '../history/sample.ts'
import { type CheckerOptions, check } from './checker.ts'

// Routes that allow staleness: what the checker makes of their responses, just within it and just past it.

const ALLOWED = 2_000_000
const lenient = (worker = 'w') => `allowed=${ALLOWED} worker=${worker}`
const LOGIN = '0-10 login >a password=p scopes=x'
const LOST_LOGOUT = `${LOGIN}; 100-110 logout a ambiguous`

function judge(text: string, options: CheckerOptions = {}) {
  const verdict = check(historyOf(text), options)
  return { ...verdict, clauses: [...new Set(verdict.violations.map(({ clause }) => clause))] }
}

/** Operations that revoke session `a`, and the clause that a later acceptance violates. */
const REVOCATIONS = [
  ['logout a', 'K1 stale'],
  ['revoke a', 'K1 stale'],
  ['reauthenticate a>b', 'K1 stale'],
  ['revoke-all', 'K3 stale'],
  ['revoke-own other', 'K3 stale'],
  ['password-change other>b password=p newPassword=q', 'K3 stale'],
  ['disable', 'K3 stale'],
  ['scope-removal scope=x', 'K3 stale'],
] as const

describe.each(REVOCATIONS)('after %s', (revocation, clause) => {
  const checkAt = (invoked: number, rest = lenient()) =>
    judge(`${LOGIN}; 0-10 login >other password=p; 100-110 ${revocation}; ${invoked}-${invoked + 5} me a ${rest}`)

  test('a route that allows staleness may accept the session within it', () => {
    for (const invoked of [111, 1_000_000, 110 + ALLOWED]) {
      const { clauses, staleness, failOpen, counts, lag } = checkAt(invoked)
      expect(clauses).toEqual([])
      expect(staleness).toEqual({ late: 1, longest: invoked - 110, tempted: 0 })
      expect([failOpen.trials, counts[clause].trials, lag.late, lag.beyondInFlight]).toEqual([0, 0, 0, 0])
    }
  })

  test('it may not accept the session later', () => {
    const { clauses, staleness, failOpen, counts } = checkAt(111 + ALLOWED)
    expect(clauses).toEqual([clause])
    expect(counts[clause]).toEqual({ trials: 1, violations: 1 })
    expect([failOpen, staleness.late]).toEqual([{ trials: 1, violations: 1 }, 0])
    expect(checkAt(111 + ALLOWED, `${lenient()} deny`).counts[clause]).toEqual({ trials: 1, violations: 0 })
    expect(checkAt(111 + ALLOWED, `${lenient()} 503`).counts[clause].trials, 'no response, no trial').toBe(0)
  })

  test('a route that allows none may not accept the session, in the same process or another', () => {
    for (const rest of ['worker=w', 'worker=v', '']) expect(checkAt(111, rest).clauses).not.toEqual([])
    expect(checkAt(110, 'worker=w').clauses, 'touching instants overlap').toEqual([])
  })
})

describe('a session that was refused after a logout without a response', () => {
  /** The refusal was answered at 130. */
  const later = (invoked: number, rest: string, refusal = 'worker=w') =>
    judge(`${LOST_LOGOUT}; 120-130 me a deny ${refusal}; ${invoked}-${invoked + 5} me a ${rest}`)

  test('may be accepted within the staleness by another process, which read it just before', () => {
    expect(later(131, lenient('v')).clauses).toEqual([])
    expect(later(130 + ALLOWED, lenient('v')).clauses).toEqual([])
    expect(later(131 + ALLOWED, lenient('v')).clauses).toEqual(['K4 stale'])
    expect(later(131 + ALLOWED, `${lenient('v')} deny`).counts['K4 stale'].trials).toBe(1)
  })

  test('may not be accepted by the process that refused it, by any route', () => {
    for (const refusal of ['worker=w', lenient('w')]) {
      expect(later(131, lenient('w'), refusal).clauses).toEqual(['K4 process'])
      expect(later(130, lenient('w'), refusal).clauses, 'touching').toEqual([])
    }
    expect(later(131, lenient('w'), 'worker=w 403').clauses, 'a missing scope').toEqual([])
    expect(later(131, `allowed=${ALLOWED}`, '').clauses, 'unknown processes').toEqual([])
  })

  test('may not be accepted by a route that allows no staleness, whichever process refused it', () => {
    for (const refusal of ['worker=w', lenient('w'), lenient('v')])
      expect(later(131, 'worker=v', refusal).clauses).toEqual(['K4 resurrected'])
  })
})

test.each([
  ['timeouts', `0-10 login >a endsAt=100; 101-105 me a ${lenient()}`, 'K1 expired'],
  ['principals', `${LOGIN}; 20-30 me a principal=v ${lenient()}`, 'K6 principal'],
  ['sessions that were given to no user', `20-30 me x ${lenient()}`, 'K6 unknown'],
  ['valid sessions, which are never refused', `${LOGIN}; 20-30 me a deny ${lenient()}`, 'K2 denied'],
  [
    'refusals, after which no row may exist',
    `${LOST_LOGOUT}; 120-130 me a deny ${lenient()}; 1000-1001 table-snapshot rows=a`,
    'K8 left',
  ],
])('staleness makes no difference to %s', (_, history, clause) => {
  expect(judge(history, { skew: 0 }).clauses).toEqual([clause])
})

test('counts each request that a strict route refuses while the cache of its process still accepts, once', () => {
  const { staleness, clauses } = judge(`
    ${LOGIN}
    100-110 logout a
    200-210 me a deny worker=w
    220-230 me a ${lenient('v')}
    240-250 me a deny worker=v
    260-270 me a deny worker=v
    280-290 me a ${lenient('u')}
    ${200 + ALLOWED}-${210 + ALLOWED} me a deny worker=u
  `)
  expect([staleness, clauses]).toEqual([{ late: 2, longest: 170, tempted: 1 }, []])
})
