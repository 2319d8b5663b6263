import { describe, expect, test } from 'vitest'
import { startSample } from '../history/sample.ts'
import { type CheckerOptions, type Clause, check } from './checker.ts'

type Sample = ReturnType<typeof startSample>

/** The clauses that a history violates, and its verdict. */
function judge(write: (sample: Sample) => void, options: CheckerOptions = {}) {
  const sample = startSample()
  write(sample)
  const verdict = check(sample.history, options)
  return { ...verdict, clauses: [...new Set(verdict.violations.map(({ clause }) => clause))] }
}

interface Case {
  readonly name: string
  readonly write: (sample: Sample) => void
  readonly violates?: Clause[]
  readonly options?: CheckerOptions
}

const SECOND = 1_000_000
const live = (s: Sample) => s.login([0, 10], 'a', { password: 'p' })
const denied = (status: number) => ({ outcome: 'deny', status }) as const

function cases(title: string, all: readonly Case[]) {
  describe(title, () => {
    test.each(all)('$name', ({ write, violates = [], options }) => {
      expect(judge(write, options).clauses.sort()).toEqual(violates)
    })
  })
}

/** The end of session `a` by each operation that names it, and what else its record needs. */
const ENDS = [
  ['logout', { sid: 'a', status: 204 }],
  ['revoke', { target: 'a', status: 204 }],
  ['reauthenticate', { sid: 'a', created: 'b' }],
  ['end-own', { sid: 'a' }],
  ['end-others', { sid: 'a', created: 'b' }],
  ['password-change', { sid: 'a', created: 'b', password: 'p', newPassword: 'q' }],
  ['login', { sid: 'a', created: 'b' }],
] as const

describe('K1: what has been ended is not accepted any more', () => {
  test.each(ENDS)('by %s', (op, rest) => {
    const seenAt = (invoked: number, outcome: 'ok' | 'deny' | 'unavailable' = 'ok') =>
      judge((s) => {
        live(s)
        s.add(op, [100, 110], rest)
        s.me([invoked, invoked + 5], 'a', outcome)
      })
    expect(seenAt(111).clauses).toContain('K1 revoked')
    expect(seenAt(111).failOpen).toEqual({ trials: 1, violations: 1 })
    expect(seenAt(110).clauses, 'touching instants overlap').toEqual([])
    expect(seenAt(105).clauses, 'in flight').toEqual([])
    expect(seenAt(111, 'deny').clauses).toEqual([])
    expect(seenAt(111, 'deny').counts['K1 revoked']).toEqual({ trials: 1, violations: 0 })
    expect(seenAt(111, 'unavailable').counts['K1 revoked'], 'no answer, no trial').toEqual({ trials: 0, violations: 0 })
  })

  test.each(ENDS)('but may be, when %s had no answer (K5), until it was refused once (K4)', (op, rest) => {
    const seenAt = (outcome: 'ambiguous' | 'unavailable', ...seen: ('ok' | 'deny')[]) =>
      judge((s) => {
        live(s)
        s.add(op, [100, 110], { ...rest, created: undefined, outcome, status: 503 })
        for (const [i, each] of seen.entries()) s.me([200 + 10 * i, 205 + 10 * i], 'a', each)
      })
    for (const outcome of ['ambiguous', 'unavailable'] as const) {
      expect(seenAt(outcome, 'ok', 'ok').clauses).toEqual([])
      expect(seenAt(outcome, 'ok', 'deny').clauses).toEqual([])
      expect(seenAt(outcome, 'deny', 'ok').clauses).toEqual(['K4 resurrected'])
      expect(seenAt(outcome, 'ok').counts['K5 ambiguous'].trials).toBe(1)
    }
  })
})

cases('K1', [
  {
    name: 'binds again after a retry that was acknowledged',
    write: (s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a', outcome: 'ambiguous' })
      s.add('logout', [120, 130], { sid: 'a' })
      s.me([140, 150], 'a')
    },
    violates: ['K1 revoked'],
  },
  {
    name: 'counts from the first acknowledgement of two',
    write: (s) => {
      live(s)
      s.add('logout', [100, 400], { sid: 'a' })
      s.add('logout', [100, 110], { sid: 'a' })
      s.me([140, 150], 'a')
    },
    violates: ['K1 revoked'],
  },
  {
    name: 'knows other routes by what they let through',
    write: (s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a' })
      s.add('look', [120, 130], { sid: 'a' })
    },
    violates: ['K1 revoked'],
  },
  {
    name: 'knows a wrong password as the answer to a session accepted',
    write: (s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a' })
      s.add('reauthenticate', [120, 130], { sid: 'a', ...denied(403) })
    },
    violates: ['K1 revoked'],
  },
  {
    name: 'knows an introspection by what it says',
    write: (s) => {
      live(s)
      s.login([0, 10], 'service', { user: 'v' })
      s.add('logout', [100, 110], { sid: 'a' })
      s.add('introspect', [120, 130], { sid: 'service', target: 'a', active: true, user: 'v', principal: 'u' })
    },
    violates: ['K1 revoked'],
  },
  {
    name: 'lets a refused logout, revoke or replacement end nothing',
    write: (s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a', ...denied(403) })
      s.add('reauthenticate', [100, 110], { sid: 'a', ...denied(403) })
      s.add('reauthenticate', [100, 110], { sid: 'a', outcome: 'limited' })
      s.me([140, 150], 'a')
    },
  },
  {
    name: 'knows an answer about another session as one to a session accepted',
    write: (s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a' })
      s.add('revoke', [120, 130], { sid: 'a', target: 'other', user: 'v', ...denied(404) })
    },
    violates: ['K1 revoked'],
  },
  {
    name: 'allows one replacement of a session, however two overlap',
    write: (s) => {
      live(s)
      s.add('reauthenticate', [100, 130], { sid: 'a', created: 'b' })
      s.add('reauthenticate', [110, 120], { sid: 'a', created: 'c' })
    },
    violates: ['K1 twice'],
  },
  {
    name: 'ends a session at its absolute end',
    write: (s) => {
      s.login([0, 10], 'a', { endsAt: 1000 })
      s.me([1001, 1002], 'a')
    },
    options: { skew: 0 },
    violates: ['K1 expired'],
  },
  {
    name: 'gives it the skew',
    write: (s) => {
      s.login([0, 10], 'a', { endsAt: 1000 })
      s.me([1100, 1102], 'a')
      s.me([2000, 2002], 'a', 'deny')
    },
    options: { skew: 100 },
  },
  {
    name: 'ends a session that was idle',
    write: (s) => {
      s.login([0, 10], 'a', { expiresAt: 1000 })
      s.me([900, 910], 'a')
      s.me([1911, 1920], 'a')
    },
    options: { skew: 0, idle: 1000 },
    violates: ['K1 expired'],
  },
  {
    name: 'lets every check renew, and those without an answer at any time',
    write: (s) => {
      s.login([0, 10], 'a', { expiresAt: 1000, endsAt: 9000 })
      s.me([900, 910], 'a')
      s.me([1910, 1920], 'a')
      s.me([2000, 2010], 'a', 'ambiguous')
      s.me([8000, 8010], 'a')
    },
    options: { skew: 0, idle: 1000 },
  },
  {
    name: 'does not let a look renew, nor a check that had no right to',
    write: (s) => {
      s.login([0, 10], 'a', { expiresAt: 1000, endsAt: 9000 })
      s.add('look', [900, 910], { sid: 'a' })
      s.me([1500, 1510], 'a')
      s.me([1600, 1610], 'a', 'deny')
      s.login([0, 10], 'b', { expiresAt: 1000, endsAt: 9000 })
      s.me([1500, 1510], 'b', 'deny')
    },
    options: { skew: 0, idle: 1000 },
    violates: ['K1 expired'],
  },
])

/** Every way to end sessions of `u`, as an administrator's operation or from another session of theirs. */
const ALL = [
  ['end-all', {}],
  ['end-own', { sid: 'z' }],
  ['end-others', { sid: 'z', created: 'y' }],
  ['password-change', { sid: 'z', created: 'y', password: 'p', newPassword: 'q' }],
  ['disable', {}],
  ['scope-removal', { scope: 'x' }],
  ['delete-user', {}],
] as const

describe('K2: what is live is not refused', () => {
  test('by any check, from its login on', () => {
    const at = (invoked: number, status = 401) =>
      judge((s) => {
        live(s)
        s.me([invoked, invoked + 10], 'a', 'deny', { status })
      }).clauses
    expect(at(11)).toEqual(['K2 denied'])
    expect(at(11, 403)).toEqual(['K2 denied'])
    expect(at(10), 'touching its login').toEqual([])
  })

  test.each(['unavailable', 'limited', 'ambiguous'] as const)('%s refuses nothing', (outcome) => {
    const { clauses, counts } = judge((s) => {
      live(s)
      s.me([20, 30], 'a', outcome)
    })
    expect([clauses, counts['K2 denied'].trials]).toEqual([[], 0])
  })

  test.each([...ENDS, ...ALL])('until %s is asked for', (op, rest) => {
    const at = (returned: number, outcome: 'ok' | 'ambiguous' = 'ok') =>
      judge((s) => {
        live(s)
        s.login([0, 10], 'z', { password: 'p' })
        s.add(op, [100, 110], { ...rest, outcome })
        s.me([20, returned], 'a', 'deny')
      }).clauses
    expect(at(99)).toContain('K2 denied')
    expect(at(99, 'ambiguous')).toContain('K2 denied')
    expect(at(100), 'touching').toEqual([])
    expect(at(100, 'ambiguous')).toEqual([])
  })

  test.each(ALL)('%s of before its login ends nothing', (op, rest) => {
    const seenAt = (outcome: 'ok' | 'ambiguous', invoked: number, options: CheckerOptions = {}) =>
      judge((s) => {
        s.login([0, 10], 'z', { password: 'p' })
        s.add(op, [100, 110], { ...rest, outcome })
        s.login([invoked, 130], 'a', { user: 'u' })
        s.me([500, 510], 'a', 'deny')
      }, options).clauses.filter((clause) => clause === 'K2 denied')
    expect(seenAt('ok', 111)).toEqual(['K2 denied'])
    expect(seenAt('ok', 110)).toEqual([])
    expect(seenAt('ambiguous', 111)).toEqual([])
    expect(seenAt('ambiguous', 116, { settle: 5 })).toEqual(['K2 denied'])
    expect(seenAt('ambiguous', 115, { settle: 5 })).toEqual([])
  })
})

cases('K2', [
  {
    name: 'the new session of a password change is live, and not ended by it',
    write: (s) => {
      live(s)
      s.add('password-change', [100, 110], { sid: 'a', created: 'b', password: 'p', newPassword: 'q' })
      s.me([120, 130], 'b', 'deny')
    },
    violates: ['K2 denied'],
  },
  {
    name: 'other users end nothing',
    write: (s) => {
      live(s)
      s.add('end-all', [15, 18], { user: 'v' })
      s.me([20, 30], 'a', 'deny')
    },
    violates: ['K2 denied'],
  },
  {
    name: 'a refused operation that changes nothing is no excuse',
    write: (s) => {
      live(s)
      s.add('end-all', [12, 14], denied(403))
      s.add('revoke', [12, 14], { target: 'a', ...denied(403) })
      s.me([20, 30], 'a', 'deny')
      s.add('reauthenticate', [12, 14], { sid: 'a', outcome: 'limited' })
    },
    violates: ['K2 denied'],
  },
  {
    name: 'a conflict may have changed something',
    write: (s) => {
      live(s)
      s.add('delete-user', [12, 14], denied(409))
      s.me([20, 30], 'a', 'deny')
    },
  },
  {
    name: 'a replacement refused may have ended it itself; so much is granted (I2)',
    write: (s) => {
      live(s)
      s.add('reauthenticate', [20, 30], { sid: 'a', ...denied(401) })
      s.me([40, 50], 'a', 'deny')
    },
  },
  {
    name: 'an account route refuses no live session',
    write: (s) => {
      live(s)
      s.add('look', [20, 30], { sid: 'a', ...denied(401) })
    },
    violates: ['K2 denied'],
  },
  {
    name: 'a revoke finds the row of a live session',
    write: (s) => {
      live(s)
      s.add('revoke', [20, 30], { target: 'a', ...denied(404) })
    },
    violates: ['K2 denied'],
  },
  {
    name: "404 about another user's session says nothing",
    write: (s) => {
      live(s)
      s.add('revoke', [20, 30], { target: 'a', user: 'v', ...denied(404) })
      s.me([40, 50], 'a')
    },
  },
  {
    name: 'a session may be refused once it may have expired, and not before',
    write: (s) => {
      s.login([0, 10], 'a', { expiresAt: 1000, endsAt: 5000 })
      s.me([900, 1000], 'a', 'deny')
      s.login([0, 10], 'b', { expiresAt: 1000, endsAt: 5000 })
      s.me([900, 999], 'b', 'deny')
    },
    options: { skew: 0 },
    violates: ['K2 denied'],
  },
  {
    name: 'the oldest gives way at the cap',
    write: (s) => {
      s.login([0, 10], 'a')
      s.login([5 * SECOND, 5 * SECOND + 10], 'b')
      s.login([9 * SECOND, 9 * SECOND + 10], 'c')
      s.me([10 * SECOND, 11 * SECOND], 'a', 'deny')
    },
    options: { cap: 2 },
  },
  {
    name: 'a newer one does not',
    write: (s) => {
      s.login([0, 10], 'a')
      s.login([5 * SECOND, 5 * SECOND + 10], 'b')
      s.login([9 * SECOND, 9 * SECOND + 10], 'c')
      s.me([10 * SECOND, 11 * SECOND], 'b', 'deny')
    },
    options: { cap: 2 },
    violates: ['K2 denied'],
  },
  {
    name: 'none does below the cap, nor for those that have ended',
    write: (s) => {
      s.login([0, 10], 'a')
      s.login([5 * SECOND, 5 * SECOND + 10], 'b')
      s.add('logout', [6 * SECOND, 6 * SECOND + 10], { sid: 'b' })
      s.login([9 * SECOND, 9 * SECOND + 10], 'c')
      s.me([10 * SECOND, 11 * SECOND], 'a', 'deny')
    },
    options: { cap: 2 },
    violates: ['K2 denied'],
  },
  {
    name: 'nor before the login that is one too many',
    write: (s) => {
      s.login([0, 10], 'a')
      s.login([5 * SECOND, 5 * SECOND + 10], 'b')
      s.add('look', [6 * SECOND, 7 * SECOND], { sid: 'a', ...denied(401) })
      s.login([9 * SECOND, 9 * SECOND + 10], 'c')
    },
    options: { cap: 2 },
    violates: ['K2 denied'],
  },
  {
    name: 'of those created within a second nobody knows which is older',
    write: (s) => {
      s.login([0, 10], 'a')
      s.login([SECOND, SECOND + 10], 'b')
      s.login([9 * SECOND, 9 * SECOND + 10], 'c')
      s.me([10 * SECOND, 11 * SECOND], 'b', 'deny')
    },
    options: { cap: 2, skew: 0 },
  },
  {
    name: 'all but the newest may have given way, of however many',
    write: (s) => {
      for (let i = 0; i < 40; i++) s.login([5 * i * SECOND, 5 * i * SECOND + 10], `${i}`)
      for (let i = 0; i < 38; i++) s.add('look', [300 * SECOND, 300 * SECOND + 10], { sid: `${i}`, ...denied(401) })
    },
    options: { cap: 2 },
  },
  {
    name: 'a login without an answer may take a place, and several rows where writes fail',
    write: (s) => {
      s.login([0, 10], 'a')
      s.add('login', [5 * SECOND, 5 * SECOND + 10], { outcome: 'ambiguous' })
      s.me([10 * SECOND, 11 * SECOND], 'a', 'deny')
    },
    options: { cap: 2, rowsPerCreation: 2 },
  },
  {
    name: 'who signs in alone and last leaves no more rows than the cap',
    write: (s) => {
      for (const sid of ['a', 'b', 'c']) s.login([0, 10], sid)
      s.login([20, 30], 'd')
      s.add('table-snapshot', [40, 50], { rows: [{ sid: 'b' }, { sid: 'c' }, { sid: 'd' }] })
    },
    options: { cap: 2 },
    violates: ['K8 cap'],
  },
  {
    name: 'those who sign in side by side, or without an answer, may leave more',
    write: (s) => {
      for (const sid of ['a', 'b', 'c']) s.login([0, 10], sid)
      s.add('table-snapshot', [40, 50], { rows: [{ sid: 'a' }, { sid: 'b' }, { sid: 'c' }] })
      s.add('login', [60, 70], { outcome: 'ambiguous' })
      s.add('table-snapshot', [80, 90], { rows: [{ sid: 'a' }, { sid: 'b' }, { sid: 'c' }] })
    },
    options: { cap: 2 },
  },
  {
    name: 'a login is let in with the password in force',
    write: (s) => {
      live(s)
      s.add('login', [20, 30], { password: 'p', ...denied(401) })
    },
    violates: ['K2 login'],
  },
  {
    name: 'a login that is let in proves nothing for one beside it',
    write: (s) => {
      s.login([0, 50], 'a', { password: 'p' })
      s.add('login', [50, 60], { password: 'p', ...denied(401) })
    },
  },
  {
    name: 'the skew makes an end earlier too',
    write: (s) => {
      s.login([0, 10], 'a', { endsAt: 5000 })
      s.me([4800, 4900], 'a', 'deny')
    },
    options: { skew: 100 },
  },
  {
    name: 'a login may be refused with one that is not, or may not be, in force',
    write: (s) => {
      live(s)
      s.add('login', [20, 30], { password: 'wrong', ...denied(401) })
      s.add('login', [20, 30], { password: 'p', outcome: 'limited' })
      s.add('login', [20, 30], { password: 'p', ...denied(409) })
      s.add('password-change', [40, 50], { sid: 'a', password: 'p', newPassword: 'q', outcome: 'ambiguous' })
      s.add('login', [35, 60], { password: 'p', ...denied(401) })
      s.add('disable', [70, 80], { outcome: 'ambiguous' })
      s.add('login', [75, 90], { password: 'q', ...denied(401) })
    },
  },
])

describe('K3: an end of all sessions leaves none', () => {
  test.each(ALL)('by %s', (op, rest) => {
    const seenAt = (loggedIn: number, invoked: number, outcome: 'ok' | 'ambiguous' = 'ok') =>
      judge((s) => {
        s.login([0, 10], 'z')
        s.login([0, loggedIn], 'a') // by a password that nobody names
        s.add(op, [100, 110], { ...rest, outcome })
        s.me([invoked, invoked + 5], 'a')
      })
    const [clause, ...others] = seenAt(99, 111).clauses
    expect(clause).toMatch(/^K3/)
    expect(others).toEqual([])
    expect(seenAt(99, 110).clauses, 'touching').toEqual([])
    expect(seenAt(99, 105).clauses, 'in flight').toEqual([])
    expect(seenAt(99, 111, 'ambiguous').clauses, 'K5').toEqual([])
    const overlapping = op === 'disable' || op === 'delete-user' ? ['K3 disabled'] : []
    expect(seenAt(100, 111).clauses, 'a login that overlaps, touching').toEqual(overlapping)
  })

  test.each(ALL)('a login that overlaps %s may live or not, but not live again', (op, rest) => {
    const { clauses } = judge((s) => {
      s.login([0, 10], 'z')
      s.login([90, 105], 'a')
      s.add(op, [100, 110], rest)
      s.me([120, 125], 'a', 'deny')
      s.me([130, 135], 'a')
    })
    expect(clauses).toContain('K4 resurrected')
  })
})

cases('K3', [
  {
    name: 'the old password lets nobody in after the change',
    write: (s) => {
      live(s)
      s.add('password-change', [100, 110], { sid: 'a', created: 'b', password: 'p', newPassword: 'q' })
      s.login([111, 120], 'c', { password: 'p' })
    },
    violates: ['K3 password'],
  },
  {
    name: 'a login with the old one that overlaps the change may be answered late, and leads to nothing',
    write: (s) => {
      live(s)
      s.add('password-change', [100, 110], { sid: 'a', created: 'b', password: 'p', newPassword: 'q' })
      s.login([110, 120], 'c', { password: 'p' })
      s.me([121, 130], 'c', 'deny')
    },
  },
  {
    name: 'its session does not outlive the change',
    write: (s) => {
      live(s)
      s.add('password-change', [100, 110], { sid: 'a', created: 'b', password: 'p', newPassword: 'q' })
      s.login([105, 120], 'c', { password: 'p' })
      s.me([121, 130], 'c')
    },
    violates: ['K3 password'],
  },
  {
    name: 'a login with the new one may overlap it and live',
    write: (s) => {
      live(s)
      s.add('password-change', [100, 110], { sid: 'a', created: 'b', password: 'p', newPassword: 'q' })
      s.login([105, 120], 'c', { password: 'q' })
      s.me([121, 130], 'c')
      s.me([121, 130], 'b')
    },
  },
  {
    name: 'a change without an answer binds once the new password let somebody in, for those before it too',
    write: (s) => {
      live(s)
      s.add('password-change', [20, 30], { sid: 'a', password: 'p', newPassword: 'q', outcome: 'ambiguous' })
      s.add('password-change', [20, 30], { sid: 'a', password: 'q', newPassword: 'r', outcome: 'ambiguous' })
      s.login([25, 60], 'c', { password: 'p' })
      s.me([70, 80], 'c')
      s.login([85, 90], 'd', { password: 'r' })
      s.me([100, 110], 'c')
    },
    violates: ['K3 password'],
  },
  {
    name: 'a change without an answer alone binds nothing',
    write: (s) => {
      live(s)
      s.add('password-change', [20, 30], { sid: 'a', password: 'p', newPassword: 'q', outcome: 'ambiguous' })
      s.login([35, 60], 'c', { password: 'p' })
      s.me([70, 80], 'c')
    },
  },
  {
    name: 'what is ended passes nothing on, though the replacement overlapped',
    write: (s) => {
      live(s)
      s.add('end-all', [100, 110])
      s.add('reauthenticate', [95, 115], { sid: 'a', created: 'b' })
      s.me([120, 130], 'b')
    },
    violates: ['K3 inherited'],
  },
  {
    name: 'nor though another session took its own place by that end',
    write: (s) => {
      live(s)
      s.login([0, 10], 'z')
      s.add('end-others', [100, 110], { sid: 'z', created: 'y' })
      s.add('reauthenticate', [95, 115], { sid: 'a', created: 'b' })
      s.me([120, 130], 'b')
    },
    violates: ['K3 inherited'],
  },
  {
    name: 'what signed out the others has the password of before',
    write: (s) => {
      live(s)
      s.add('end-others', [20, 30], { sid: 'a', created: 'b' })
      s.add('password-change', [40, 50], { password: 'p', newPassword: 'q', outcome: 'ambiguous' })
      s.login([60, 70], 'c', { password: 'q' })
      s.me([80, 90], 'b')
    },
    violates: ['K3 password'],
  },
  {
    name: 'not even over several replacements, one of them an end of all itself',
    write: (s) => {
      live(s)
      s.add('end-others', [20, 30], { sid: 'a', created: 'b' })
      s.me([35, 38], 'b')
      s.add('end-all', [40, 90])
      s.add('reauthenticate', [50, 60], { sid: 'b', created: 'c' })
      s.add('end-others', [70, 95], { sid: 'c', created: 'd' })
      s.me([100, 110], 'd')
    },
    violates: ['K3 inherited'],
  },
  {
    name: 'a session may take the place of one that it ended with all others, over and over',
    write: (s) => {
      live(s)
      s.add('end-others', [20, 30], { sid: 'a', created: 'b' })
      s.add('password-change', [40, 50], { sid: 'b', created: 'c', password: 'p', newPassword: 'q' })
      s.add('reauthenticate', [60, 70], { sid: 'c', created: 'd', password: 'q' })
      s.me([80, 90], 'd')
    },
  },
  {
    name: 'a disabled user is let in by nothing',
    write: (s) => {
      s.add('disable', [0, 10])
      s.login([11, 20], 'a')
    },
    violates: ['K3 disabled'],
  },
  {
    name: 'a user enabled again is, even without an answer, and so may be one enabled in between',
    write: (s) => {
      s.add('disable', [0, 10])
      s.add('enable', [11, 20], { outcome: 'ambiguous' })
      s.login([21, 30], 'a')
      s.me([31, 40], 'a')
      s.add('disable', [0, 10], { user: 'v' })
      s.add('enable', [5, 8], { user: 'v' })
      s.login([21, 30], 'b', { user: 'v' })
    },
  },
  {
    name: 'what enabled before, or is refused, does not let anybody in',
    write: (s) => {
      s.add('enable', [0, 5])
      s.add('disable', [6, 10])
      s.add('enable', [11, 20], denied(403))
      s.login([21, 30], 'a')
    },
    violates: ['K3 disabled'],
  },
  {
    name: 'a login that began before the disable does not outlive it',
    write: (s) => {
      s.login([95, 120], 'a')
      s.add('disable', [100, 110])
      s.me([121, 130], 'a')
    },
    violates: ['K3 disabled'],
  },
  {
    name: 'a scope taken away is not in a session of a login that overlapped',
    write: (s) => {
      s.login([95, 120], 'a', { scopes: ['x'] })
      s.login([95, 120], 'b', { scopes: [] })
      s.add('scope-removal', [100, 110], { scope: 'x' })
      s.me([121, 130], 'b')
      s.me([121, 130], 'a')
    },
    violates: ['K3 scope'],
  },
  {
    name: 'unless it was granted again',
    write: (s) => {
      s.login([95, 120], 'a', { scopes: ['x'] })
      s.add('scope-removal', [100, 110], { scope: 'x' })
      s.add('scope-grant', [112, 115], { scope: 'x' })
      s.me([121, 130], 'a')
    },
  },
  {
    name: 'a removal of a scope that may not have been held ends no session without it',
    write: (s) => {
      s.login([0, 10], 'a', { scopes: [] })
      s.add('scope-removal', [100, 110], { scope: 'x', held: false })
      s.me([121, 130], 'a')
    },
  },
])

cases('K4', [
  {
    name: 'what was refused is not accepted again, by whatever it was ended',
    write: (s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a', outcome: 'ambiguous' })
      s.me([102, 104], 'a', 'deny')
      s.add('look', [105, 109], { sid: 'a' })
    },
    violates: ['K4 resurrected'],
  },
  {
    name: 'a check that overlaps the refusal, or touches it, may still be',
    write: (s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a', outcome: 'ambiguous' })
      s.me([102, 104], 'a', 'deny')
      s.me([104, 106], 'a')
    },
  },
  {
    name: 'a missing scope is no refusal of the session',
    write: (s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a', outcome: 'ambiguous' })
      s.me([112, 114], 'a', 'deny', { status: 403 })
      s.me([115, 116], 'a')
    },
  },
  {
    name: 'an account route knows of an end before the sweep has come to the row',
    write: (s) => {
      live(s)
      s.add('end-all', [100, 200])
      s.add('look', [110, 120], { sid: 'a', ...denied(401) })
      s.me([130, 140], 'a')
      s.add('look', [150, 160], { sid: 'a' })
    },
    violates: ['K4 resurrected'],
  },
  {
    name: 'that alone is none',
    write: (s) => {
      live(s)
      s.add('end-all', [100, 200])
      s.add('look', [110, 120], { sid: 'a', ...denied(401) })
      s.me([130, 140], 'a')
    },
  },
  {
    name: 'an introspection that says no is a refusal',
    write: (s) => {
      live(s)
      s.login([0, 10], 'service', { user: 'v' })
      s.add('logout', [100, 110], { sid: 'a', outcome: 'ambiguous' })
      s.add('introspect', [120, 130], { sid: 'service', target: 'a', active: false })
      s.me([140, 150], 'a')
    },
    violates: ['K4 resurrected'],
  },
  {
    name: 'a revoke that found nothing is a refusal',
    write: (s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a', outcome: 'ambiguous' })
      s.add('revoke', [120, 130], { target: 'a', ...denied(404) })
      s.me([140, 150], 'a')
    },
    violates: ['K4 resurrected'],
  },
])

cases('K6', [
  {
    name: 'a session is its owner’s',
    write: (s) => {
      live(s)
      s.me([20, 30], 'a', 'ok', { principal: 'u' })
    },
  },
  {
    name: 'and nobody else’s',
    write: (s) => {
      live(s)
      s.me([20, 30], 'a', 'ok', { principal: 'v' })
    },
    violates: ['K6 principal'],
  },
  {
    name: 'from its login on',
    write: (s) => void s.login([20, 30], 'a', { principal: 'v' }),
    violates: ['K6 principal'],
  },
  {
    name: 'an id is given once, across runs',
    write: (s) => {
      live(s)
      s.login([20, 30], 'a', { user: 'v', run: 'other' })
      s.me([40, 50], 'a', 'ok', { principal: 'v' }) // whose it is, nobody can say
    },
    violates: ['K6 duplicate'],
  },
  { name: 'nobody enters with what nobody was given', write: (s) => void s.me([0, 1], 'x'), violates: ['K6 unknown'] },
  { name: 'nor without anything', write: (s) => void s.add('me', [0, 1]), violates: ['K6 unknown'] },
  {
    name: 'nor before it was given',
    write: (s) => {
      s.me([0, 5], 'a')
      s.login([6, 10], 'a')
    },
    violates: ['K6 unknown'],
  },
  {
    name: 'but perhaps before the login was answered',
    write: (s) => {
      s.login([0, 10], 'a')
      s.me([5, 8], 'a')
    },
  },
  {
    name: 'what nobody was given is refused',
    write: (s) => {
      s.me([0, 1], 'x', 'deny')
      s.me([0, 5], 'a', 'deny')
      s.login([5, 10], 'a')
    },
  },
])

const budget = { slots: 2, window: 100 * SECOND }
const guess = (s: Sample, at: number, rest = {}) =>
  s.add('login', [at * SECOND, at * SECOND + 10], { ...denied(401), ...rest })
const success = (s: Sample, at: number, rest = {}) => s.login([at * SECOND, at * SECOND + 10], `s${at}`, rest)

cases('K7', [
  {
    name: 'as many wrong passwords as slots',
    write: (s) => [0, 1].map((at) => guess(s, at)),
    options: { budget },
  },
  {
    name: 'and no more',
    write: (s) => [0, 1, 2].map((at) => guess(s, at)),
    options: { budget },
    violates: ['K7 budget'],
  },
  {
    name: 'in one window',
    write: (s) => [0, 1, 99].map((at) => guess(s, at)),
    options: { budget },
  },
  {
    name: 'refusals without verification do not count',
    write: (s) => [0, 1, 2].map((at) => guess(s, at, { outcome: 'limited', status: 429 })),
    options: { budget },
  },
  {
    name: 'what the service was made to count does',
    write: (s) => void guess(s, 0, { verifications: 3 }),
    options: { budget },
    violates: ['K7 budget'],
  },
  {
    name: 'each account for itself',
    write: (s) => {
      for (const at of [0, 1, 2]) guess(s, at, { account: `${at}` })
      s.login([0, 1], 's', { user: 'w', account: 'other' })
      for (const at of [0, 1]) s.add('reauthenticate', [at + 2, at + 10], { sid: 's', ...denied(403) })
    },
    options: { budget },
  },
  {
    name: 'a success gives all slots back',
    write: (s) => {
      for (const at of [0, 1]) guess(s, at)
      success(s, 2)
      for (const at of [3, 4]) guess(s, at)
    },
    options: { budget },
  },
  {
    name: 'only once, and none after it',
    write: (s) => {
      success(s, 2)
      for (const at of [3, 4, 5]) guess(s, at)
    },
    options: { budget },
    violates: ['K7 budget'],
  },
  {
    name: 'one without an answer may have been a success, at any time',
    write: (s) => {
      guess(s, 2, { outcome: 'ambiguous', status: 0 })
      for (const at of [3, 4, 5]) guess(s, at)
    },
    options: { budget },
  },
  {
    name: 'not twice over in a burst around it',
    write: (s) => {
      success(s, 2)
      for (let i = 0; i < 5; i++) s.add('login', [1 * SECOND, 3 * SECOND], denied(401))
    },
    options: { budget },
    violates: ['K7 budget'],
  },
  {
    name: 'reauthentications have their own, which a login clears',
    write: (s) => {
      for (const at of [6, 7, 20, 21])
        s.add('reauthenticate', [at * SECOND, at * SECOND + 10], { sid: 's5', ...denied(403) })
      success(s, 5)
      success(s, 10)
    },
    options: { budget },
  },
  {
    name: 'a wrong password of a change counts with them',
    write: (s) => {
      success(s, 22, { user: 'v' })
      for (const at of [30, 31, 32])
        s.add('password-change', [at * SECOND, at * SECOND + 10], { sid: 's22', user: 'v', ...denied(403) })
    },
    options: { budget },
    violates: ['K7 budget'],
  },
])

const table = (s: Sample, rows: string[], rest = {}) =>
  s.add('table-snapshot', [1000, 1001], { rows: rows.map((sid) => ({ sid })), ...rest })

cases('K8', [
  {
    name: 'a live session has its row',
    write: (s) => {
      live(s)
      table(s, ['a'])
    },
  },
  {
    name: 'and must have it',
    write: (s) => {
      live(s)
      table(s, [])
    },
    violates: ['K8 missing'],
  },
  {
    name: 'one that may have ended need not',
    write: (s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a', outcome: 'ambiguous' })
      s.login([0, 10], 'b', { expiresAt: 1001 })
      s.login([0, 10], 'c', { user: 'v' })
      s.login([1000, 1005], 'd')
      table(s, [])
    },
    options: { skew: 0 },
  },
  {
    name: 'one that was logged out has none',
    write: (s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a' })
      table(s, ['a'])
    },
    violates: ['K8 left'],
  },
  {
    name: 'one that was ended with others has none',
    write: (s) => {
      live(s)
      s.add('end-all', [100, 110])
      table(s, ['a'])
    },
    violates: ['K8 left'],
  },
  {
    name: 'one that was refused has none',
    write: (s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a', outcome: 'ambiguous' })
      s.me([120, 130], 'a', 'deny')
      table(s, ['a'])
    },
    violates: ['K8 left'],
  },
  {
    name: 'unless it had expired: the TTL comes later',
    write: (s) => {
      s.login([0, 10], 'a', { expiresAt: 100 })
      s.me([120, 130], 'a', 'deny')
      table(s, ['a'])
    },
    options: { skew: 0 },
  },
  {
    name: 'nor need a logout take the row of a session that had expired',
    write: (s) => {
      s.login([0, 10], 'a', { expiresAt: 100 })
      s.add('logout', [90, 100], { sid: 'a' })
      table(s, ['a'])
    },
    options: { skew: 0 },
  },
  {
    name: 'as a revoke must',
    write: (s) => {
      s.login([0, 10], 'a', { expiresAt: 100 })
      s.add('revoke', [120, 130], { target: 'a' })
      table(s, ['a'])
    },
    options: { skew: 0 },
    violates: ['K8 left'],
  },
  {
    name: 'and as a logout must just before',
    write: (s) => {
      s.login([0, 10], 'a', { expiresAt: 100 })
      s.add('logout', [90, 99], { sid: 'a' })
      table(s, ['a'])
    },
    options: { skew: 0 },
    violates: ['K8 left'],
  },
  {
    name: 'a row is in its owner’s partition',
    write: (s) => {
      s.login([0, 10], 'a', { user: 'v' })
      table(s, ['a'])
    },
    violates: ['K6 principal'],
  },
  {
    name: 'no row outlives its epoch with no sweep pending',
    write: (s) => {
      live(s)
      s.add('end-all', [100, 110], { outcome: 'ambiguous' })
      const rows = [{ sid: 'a', epoch: 0 }]
      s.add('table-snapshot', [1000, 1001], { rows, epoch: 1, userStatus: 'active', sweepPending: false })
    },
    violates: ['K8 half'],
  },
  {
    name: 'one that is pending will be completed',
    write: (s) => {
      live(s)
      s.add('disable', [100, 110], { outcome: 'ambiguous' })
      const rows = [{ sid: 'a', epoch: 0 }]
      s.add('table-snapshot', [1000, 1001], { rows, epoch: 1, userStatus: 'disabled', sweepPending: true })
    },
  },
  {
    name: 'no row outlives its user',
    write: (s) => {
      live(s)
      s.add('disable', [100, 110], { outcome: 'ambiguous' })
      const rows = [{ sid: 'a', epoch: 1 }]
      s.add('table-snapshot', [1000, 1001], { rows, epoch: 1, userStatus: 'disabled', sweepPending: false })
    },
    violates: ['K8 half'],
  },
])

test('rows of nobody are counted', () => {
  expect(judge((s) => table(s, ['x', 'y'])).orphans).toBe(2)
})

test('who goes on with an idle session past its end is accused each time', () => {
  const { counts } = judge(
    (s) => {
      s.login([0, 10], 'a', { expiresAt: 1000 })
      for (const at of [1500, 1600, 2200]) s.me([at, at + 10], 'a')
    },
    { skew: 0, idle: 1000 },
  )
  expect(counts['K1 expired']).toEqual({ trials: 3, violations: 3 })
})

test('a password that comes twice is told, not judged', () => {
  expect(() =>
    judge((s) => {
      s.add('password-change', [0, 1], { sid: 'a', created: 'b', password: 'p', newPassword: 'q' })
      s.add('password-change', [2, 3], { sid: 'b', created: 'c', password: 'q', newPassword: 'p' })
    }),
  ).toThrow(/^u has the password named . twice$/)
})

test('a violation names its operations and says what is wrong', () => {
  const { violations } = judge((s) => {
    live(s)
    s.add('logout', [100, 110], { sid: 'a' })
    s.me([120, 130], 'a')
  })
  expect(violations).toMatchObject([
    {
      rule: 'K1',
      seqs: [2, 1],
      sentence: 'K1 revoked: me r#2: accepted a after its end had been acknowledged (logout r#1).',
    },
  ])
})

test('windows count for themselves, and only so many violations are told', () => {
  const { byWindow, counts, violations } = judge(
    (s) => {
      live(s)
      for (const at of [20, 30, 40]) s.me([at, at + 5], 'a', 'deny')
    },
    { windows: [{ name: 'F1', from: 30, to: 40 }], kept: 2 },
  )
  expect(byWindow[0]?.counts['K2 denied']).toEqual({ trials: 1, violations: 1 })
  expect([counts['K2 denied'].violations, violations.length]).toEqual([3, 2])
})

test('the lag of a revocation is what was accepted after it, in flight or not', () => {
  const lagOf = (invoked: number) =>
    judge((s) => {
      live(s)
      s.add('logout', [100, 110], { sid: 'a' })
      s.me([invoked, 150], 'a')
    }).lag
  expect(lagOf(105)).toEqual({ sessions: 1, late: 1, inFlight: 1, longest: 40, beyondInFlight: 0 })
  expect(lagOf(110).beyondInFlight).toBe(0)
  expect(lagOf(111)).toEqual({ sessions: 1, late: 1, inFlight: 0, longest: 40, beyondInFlight: 40 })
})
