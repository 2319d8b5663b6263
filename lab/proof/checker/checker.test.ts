import { describe, expect, test } from 'vitest'
import { historyOf } from '../history/sample.ts'
import { type CheckerOptions, type Clause, check } from './checker.ts'

/** The verdict on a history, with the clauses that it violates. */
function judge(text: string, options: CheckerOptions = {}) {
  const verdict = check(historyOf(text), options)
  return { ...verdict, clauses: [...new Set(verdict.violations.map(({ clause }) => clause))].sort() }
}

type Case = readonly [name: string, history: string, violates?: Clause | undefined, options?: CheckerOptions]

function cases(rule: string, all: readonly Case[]) {
  test.each(all.map(([name, ...rest]) => ({ name, rest })))(
    `${rule} $name`,
    ({ rest: [history, violates, options] }) => {
      expect(judge(history, options).clauses).toEqual(violates ? [violates] : [])
    },
  )
}

const LOGIN = '0-10 login >a password=p'
const EXACT: CheckerOptions = { skew: 0 }

/** Operations that revoke session `a` by name. */
const REVOKE_ONE = [
  ['logout', 'a 204'],
  ['revoke', 'a 204'],
  ['reauthenticate', 'a>b'],
  ['revoke-own', 'a'],
  ['revoke-others', 'a>b'],
  ['password-change', 'a>b password=p newPassword=q'],
  ['enrol', 'a>b'],
  ['remove-factor', 'a>b'],
  ['add-passkey', 'a>b'],
  ['remove-passkey', 'a>b'],
  ['email-change', 'a>b'],
  ['login', 'a>b'],
] as const

/** Operations that revoke all sessions of `u`, as an administrator or with their session `z`. */
const REVOKE_ALL = [
  ['revoke-all', ''],
  ['revoke-own', 'z'],
  ['revoke-others', 'z>y'],
  ['password-change', 'z>y password=p newPassword=q'],
  ['disable', ''],
  ['scope-removal', 'scope=x'],
  ['delete-user', ''],
  ['enrol', 'z>y'],
  ['remove-factor', 'z>y'],
  ['add-passkey', 'z>y'],
  ['remove-passkey', 'z>y'],
  ['reset-factors', ''],
  ['reset', 'password=p newPassword=q'],
  ['email-change', 'z>y'],
  ['email-undo', ''],
] as const

describe('K1: a revoked session is not accepted', () => {
  test.each(REVOKE_ONE)('after %s %s returned', (op, rest) => {
    const checkAt = (invoked: number, outcome = 'ok') =>
      judge(`${LOGIN}; 100-110 ${op} ${rest}; ${invoked}-${invoked + 5} me a ${outcome}`)
    expect(checkAt(111).clauses).toContain('K1 revoked')
    expect(checkAt(111).failOpen).toEqual({ trials: 1, violations: 1 })
    expect(checkAt(110).clauses, 'touching instants overlap').toEqual([])
    expect(checkAt(105).clauses, 'in flight').toEqual([])
    expect(checkAt(111, 'deny').clauses).toEqual([])
    expect(checkAt(111, 'deny').counts['K1 revoked']).toEqual({ trials: 1, violations: 0 })
    expect(checkAt(111, 'unavailable').counts['K1 revoked'], 'no response, no trial').toEqual({
      trials: 0,
      violations: 0,
    })
  })

  test.each(REVOKE_ONE)('or may be, if %s %s had no response (K5), until a refusal (K4)', (op, rest) => {
    const checks = (outcome: 'ambiguous' | 'unavailable', ...seen: ('ok' | 'deny')[]) =>
      judge(
        [
          LOGIN,
          `100-110 ${op} ${rest.replace(/>\w| 204/g, '')} ${outcome}`,
          ...seen.map((each, i) => `${200 + 10 * i}-${205 + 10 * i} me a ${each}`),
        ].join('\n'),
      )
    for (const outcome of ['ambiguous', 'unavailable'] as const) {
      expect(checks(outcome, 'ok', 'ok').clauses).toEqual([])
      expect(checks(outcome, 'ok', 'deny').clauses).toEqual([])
      expect(checks(outcome, 'deny', 'ok').clauses).toEqual(['K4 resurrected'])
      expect(checks(outcome, 'ok').counts['K5 ambiguous'].trials).toBe(1)
    }
  })
})

cases('K1', [
  [
    'revokes the session that replaced a session whose logout was invoked before it was received',
    `${LOGIN}; 100-130 reauthenticate a>b; 110-120 logout a; 140-150 me b`,
    'K1 successor',
  ],
  [
    'also if the response with it was received only after the revoke had returned',
    `${LOGIN}; 100-200 revoke-others a>b; 110-120 revoke a; 220-230 me b`,
    'K1 successor',
  ],
  [
    'also the replacement of the replacement',
    `${LOGIN}; 100-110 reauthenticate a>b; 112-150 reauthenticate b>c; 120-125 logout a; 160-170 me c`,
    'K1 successor',
  ],
  [
    'and may end one that had been received',
    `${LOGIN}; 100-110 reauthenticate a>b; 120-130 logout a; 140-150 me b deny`,
  ],
  ['but does not have to', `${LOGIN}; 100-110 reauthenticate a>b; 120-130 logout a; 140-150 me b`],
  [
    'unless the logout failed, was of another session or came twelve minutes later',
    `${LOGIN}; 100-130 reauthenticate a>b; 110-120 logout a unavailable; 110-120 logout z; 140-150 me b
     0-10 login >k; 100-110 reauthenticate k>l; 120-730000000 reauthenticate l>m; 725000000-725000010 logout k
     730000010-730000020 me m`,
  ],
])

const BUSY = '0-10 login >a expiresAt=1000 endsAt=9000'
cases('K1', [
  [
    'binds once a retry of a logout without a response is acknowledged',
    `${LOGIN}; 100-110 logout a ambiguous; 120-130 logout a; 140-150 me a`,
    'K1 revoked',
  ],
  [
    'counts from the first of two acknowledgements',
    `${LOGIN}; 100-400 logout a; 100-110 logout a; 140-150 me a`,
    'K1 revoked',
  ],
  ['binds account routes', `${LOGIN}; 100-110 logout a; 120-130 look a`, 'K1 revoked'],
  [
    'takes a wrong password for an accepted session',
    `${LOGIN}; 100-110 logout a; 120-130 reauthenticate a 403`,
    'K1 revoked',
  ],
  [
    'takes an answer about another session for an accepted session',
    `${LOGIN}; 100-110 logout a; 120-130 revoke other 404 sid=a user=v`,
    'K1 revoked',
  ],
  [
    'ignores a logout or replacement that was refused',
    `${LOGIN}; 100-110 logout a 403; 100-110 reauthenticate a 403; 100-110 reauthenticate a limited; 140-150 me a`,
  ],
  [
    'allows one replacement of a session, even of two that overlap',
    `${LOGIN}; 100-130 reauthenticate a>b; 110-120 reauthenticate a>c`,
    'K1 twice',
  ],
  ['ends a session at its absolute timeout', '0-10 login >a endsAt=1000; 1001-1002 me a', 'K1 expired', EXACT],
  [
    'allows the skew of clocks',
    '0-10 login >a endsAt=1000; 1100-1102 me a; 2000-2002 me a deny',
    undefined,
    { skew: 100 },
  ],
  [
    'ends a session at its idle timeout',
    '0-10 login >a expiresAt=1000; 900-910 me a; 1911-1920 me a',
    'K1 expired',
    { skew: 0, idle: 1000 },
  ],
  [
    'lets every check renew, and a check without a response at any later time',
    `${BUSY}; 900-910 me a; 1910-1920 me a; 2000-2010 me a ambiguous; 8000-8010 me a`,
    undefined,
    { skew: 0, idle: 1000 },
  ],
  [
    'lets neither an account route renew nor a check after the idle timeout',
    `${BUSY}; 900-910 look a; 1500-1510 me a; 1600-1610 me a deny
     0-10 login >b expiresAt=1000 endsAt=9000; 1500-1510 me b deny`,
    'K1 expired',
    { skew: 0, idle: 1000 },
  ],
])

describe('K2: a valid session is not refused', () => {
  test('from the response of its login', () => {
    const refusedAt = (invoked: number, status = 401) =>
      judge(`${LOGIN}; ${invoked}-${invoked + 10} me a ${status}`).clauses
    expect(refusedAt(11)).toEqual(['K2 denied'])
    expect(refusedAt(11, 403)).toEqual(['K2 denied'])
    expect(refusedAt(10), 'touching its login').toEqual([])
  })

  test.each(['unavailable', 'limited', 'ambiguous'])('%s is not a refusal', (outcome) => {
    const { clauses, counts } = judge(`${LOGIN}; 20-30 me a ${outcome}`)
    expect([clauses, counts['K2 denied'].trials]).toEqual([[], 0])
  })

  test.each([...REVOKE_ONE, ...REVOKE_ALL])('until %s %s is invoked', (op, rest) => {
    const refusedUntil = (returned: number, outcome = 'ok') =>
      judge(`${LOGIN}; 0-10 login >z password=p; 100-110 ${op} ${rest} ${outcome}; 20-${returned} me a deny`).clauses
    expect(refusedUntil(99)).toContain('K2 denied')
    expect(refusedUntil(99, 'ambiguous')).toContain('K2 denied')
    expect(refusedUntil(100), 'touching').toEqual([])
    expect(refusedUntil(100, 'ambiguous')).toEqual([])
  })

  test.each(REVOKE_ALL)('after a login that follows %s %s', (op, rest) => {
    const refused = (outcome: string, login: number, options: CheckerOptions = {}) =>
      judge(
        `0-10 login >z password=p; 100-110 ${op} ${rest} ${outcome}; ${login}-130 login >a; 500-510 me a deny`,
        options,
      ).clauses.filter((clause) => clause === 'K2 denied')
    expect(refused('ok', 111)).toEqual(['K2 denied'])
    expect(refused('ok', 110)).toEqual([])
    expect(refused('ambiguous', 111)).toEqual([])
    expect(refused('ambiguous', 116, { settle: 5 })).toEqual(['K2 denied'])
    expect(refused('ambiguous', 115, { settle: 5 })).toEqual([])
  })
})

const THREE = '0s login >a; 5s login >b; 9s login >c'
cases('K2', [
  [
    'holds for the new session of a password change',
    `${LOGIN}; 100-110 password-change a>b password=p newPassword=q; 120-130 me b deny`,
    'K2 denied',
  ],
  ['is not excused by an operation on another user', `${LOGIN}; 15-18 revoke-all user=v; 20-30 me a deny`, 'K2 denied'],
  [
    'is not excused by an operation that was refused',
    `${LOGIN}; 12-14 revoke-all 403; 12-14 revoke a 403; 20-30 me a deny; 12-14 reauthenticate a limited`,
    'K2 denied',
  ],
  ['is excused by a conflict, which may have changed something', `${LOGIN}; 12-14 delete-user 409; 20-30 me a deny`],
  [
    'is excused by a refused replacement, which may have revoked the session',
    `${LOGIN}; 20-30 reauthenticate a 401; 40-50 me a deny`,
  ],
  ['binds account routes', `${LOGIN}; 20-30 look a 401`, 'K2 denied'],
  ['requires that a revoke finds the row of a valid session', `${LOGIN}; 20-30 revoke a 404`, 'K2 denied'],
  ["takes 404 about another user's session for no answer", `${LOGIN}; 20-30 revoke a 404 user=v; 40-50 me a`],
  [
    'binds until the session may have expired',
    `0-10 login >a expiresAt=1000 endsAt=5000; 900-1000 me a deny
     0-10 login >b expiresAt=1000 endsAt=5000; 900-999 me b deny`,
    'K2 denied',
    EXACT,
  ],
  [
    'subtracts the skew from the absolute timeout',
    '0-10 login >a endsAt=5000; 4800-4900 me a deny',
    undefined,
    { skew: 100 },
  ],
  ['lets the oldest session give way to the cap', `${THREE}; 10s me a deny`, undefined, { cap: 2 }],
  ['lets no newer session give way to the cap', `${THREE}; 10s me b deny`, 'K2 denied', { cap: 2 }],
  [
    'does not count revoked sessions towards the cap',
    '0s login >a; 5s login >b; 6s logout b; 9s login >c; 10s me a deny',
    'K2 denied',
    { cap: 2 },
  ],
  [
    'binds until the login that exceeds the cap',
    '0s login >a; 5s login >b; 6s look a 401; 9s login >c',
    'K2 denied',
    { cap: 2 },
  ],
  [
    'does not order sessions created within a second',
    '0s login >a; 1s login >b; 9s login >c; 10s me b deny',
    undefined,
    { cap: 2, skew: 0 },
  ],
  [
    'lets all but the newest sessions give way to the cap',
    [
      ...Array.from({ length: 40 }, (_, i) => `${5 * i}s login >s${i}`),
      ...Array.from({ length: 38 }, (_, i) => `300s look s${i} 401`),
    ].join('\n'),
    undefined,
    { cap: 2 },
  ],
  [
    'counts the rows of a login without a response towards the cap',
    '0s login >a; 5s login ambiguous; 10s me a deny',
    undefined,
    { cap: 2, rowsPerCreation: 2 },
  ],
  ['requires that the password in force signs in', `${LOGIN}; 20-30 login 401 password=p`, 'K2 login'],
  ['takes no proof of a password from a login that overlaps', '0-50 login >a password=p; 50-60 login 401 password=p'],
  [
    'lets a login with a password that may not be in force be refused',
    `${LOGIN}; 20-30 login 401 password=wrong; 20-30 login limited password=p; 20-30 login 409 password=p
     40-50 password-change a ambiguous password=p newPassword=q; 35-60 login 401 password=p
     70-80 disable ambiguous; 75-90 login 401 password=q`,
  ],
])

const FAILED = `${LOGIN}; 0-10 login >o; 20-30 password-change a 503 password=p newPassword=q`
cases('K2', [
  [
    'requires that a failed replacement leaves the session usable if the others are',
    `${FAILED}; 40-50 me a deny; 60-70 table-snapshot rows=o sweepPending=false`,
    'K2 spared',
  ],
  ['and that its row is there', `${FAILED}; 60-70 table-snapshot rows=o sweepPending=false`, 'K2 spared'],
  ['not if the others were revoked', `${FAILED}; 40-50 me a deny; 60-70 table-snapshot rows= sweepPending=false`],
  ['not if a sweep is pending', `${FAILED}; 40-50 me a deny; 60-70 table-snapshot rows=o sweepPending=true`],
  [
    'not if another operation may have revoked the session',
    `${FAILED}; 35-45 logout a 503; 40-50 me a deny; 60-70 table-snapshot rows=o sweepPending=false`,
  ],
  [
    'not if the response said that revocations are pending',
    `${FAILED} code=revocation_pending; 40-50 me a deny; 60-70 table-snapshot rows=o sweepPending=false`,
  ],
  ['nor may a conflict revoke it', `${LOGIN}; 20-30 revoke-others a 409; 40-50 me a deny`, 'K2 denied'],
])

describe('K3: revoking all sessions leaves none', () => {
  test.each(REVOKE_ALL)('by %s %s', (op, rest) => {
    const accepted = (loggedIn: number, invoked: number, outcome = 'ok') =>
      judge(`0-10 login >z; 0-${loggedIn} login >a; 100-110 ${op} ${rest} ${outcome}; ${invoked}-${invoked + 5} me a`)
    const [clause, ...others] = accepted(99, 111).clauses
    expect(clause).toMatch(/^K3/)
    expect(others).toEqual([])
    expect(accepted(99, 110).clauses, 'touching').toEqual([])
    expect(accepted(99, 105).clauses, 'in flight').toEqual([])
    expect(accepted(99, 111, 'ambiguous').clauses, 'K5').toEqual([])
    const overlapping = op === 'disable' || op === 'delete-user' ? ['K3 disabled'] : []
    expect(accepted(100, 111).clauses, 'a login that overlaps, touching').toEqual(overlapping)
  })

  test.each(REVOKE_ALL)('a session whose login overlaps %s %s survives or not, for good', (op, rest) => {
    const { clauses } = judge(`0-10 login >z; 90-105 login >a; 100-110 ${op} ${rest}; 120-125 me a deny; 130-135 me a`)
    expect(clauses).toContain('K4 resurrected')
  })
})

const LOST_LOGOUT = `${LOGIN}; 100-110 logout a ambiguous`
cases('An introspection', [
  [
    'accepts a revoked session with `active`',
    `${LOGIN}; 100-110 logout a; 120-130 introspect a active=true`,
    'K1 revoked',
  ],
  ['refuses a valid session without it', `${LOGIN}; 20-30 introspect a active=false`, 'K2 denied'],
  ['refuses for good', `${LOST_LOGOUT}; 120-130 introspect a active=false; 140-150 me a`, 'K4 resurrected'],
  ['names the owner', `${LOGIN}; 20-30 introspect a active=true principal=v`, 'K6 principal'],
  ['knows no session that was given to no user', '20-30 introspect x active=true', 'K6 unknown'],
  ['says nothing if it fails', `${LOGIN}; 20-30 introspect a 503; 20-30 introspect a 403`],
  [
    'checks the session of the service',
    `${LOGIN}; 100-110 logout a; 120-130 introspect x active=false sid=a`,
    'K1 revoked',
  ],
  [
    'renews that session and not the target',
    `${BUSY}; 0-10 login >s expiresAt=1000 endsAt=9000; 900-910 introspect a active=true sid=s; 1500-1510 me s
     1500-1510 me a`,
    'K1 expired',
    { skew: 0, idle: 1000 },
  ],
])

const LISTED = `${LOGIN}; 0-10 login >b`
cases('A list', [
  [
    'of all valid sessions violates no rule',
    `${LISTED}; 0-10 login >z user=w; 20-30 list a listed=a,b; 20-30 list z listed=a,b`,
  ],
  ['accepts each session in it', `${LISTED}; 100-110 logout b; 120-130 list a listed=a,b`, 'K1 revoked'],
  ['refuses each session that is not in it', `${LISTED}; 20-30 list a listed=a`, 'K2 denied'],
  ['refuses for good', `${LISTED}; 100-110 logout b 503; 120-130 list a listed=a; 140-150 look b`, 'K4 resurrected'],
  ['refuses no session whose login overlaps', `${LOGIN}; 15-20 login >b; 20-30 list a listed=a; 40-50 me b`],
  ['refuses no session of another user', `${LOGIN}; 0-10 login >c user=v; 20-30 list a listed=a`],
  ['names the owner', `${LOGIN}; 0-10 login >c user=v; 20-30 list a listed=a,c`, 'K6 principal'],
  ['may have rows of logins without a response', `${LOGIN}; 12-14 login 503; 20-30 list a listed=a,x`],
  ['checks the session that asks', `${LOGIN}; 100-110 logout a; 120-130 list a listed=`, 'K1 revoked'],
  ['renews nothing', `${BUSY}; 900-910 list a listed=a; 1500-1510 me a`, 'K1 expired', { skew: 0, idle: 1000 }],
])

cases('A registration', [
  ['proves the password', '0-10 register password=p; 20-30 login 401 password=p', 'K2 login'],
  ['proves nothing if it fails', '0-10 register 503 password=p; 20-30 login 401 password=p'],
])

const CHANGE = '100-110 password-change a>b password=p newPassword=q'
cases('K3', [
  ['refuses a login with the old password', `${LOGIN}; ${CHANGE}; 111-120 login >c password=p`, 'K3 password'],
  [
    'allows the late response of a login that overlaps the change, if its session is refused',
    `${LOGIN}; ${CHANGE}; 110-120 login >c password=p; 121-130 me c deny`,
  ],
  [
    'refuses the session of a login with the old password that overlaps the change',
    `${LOGIN}; ${CHANGE}; 105-120 login >c password=p; 121-130 me c`,
    'K3 password',
  ],
  [
    'allows a login with the new password that overlaps the change',
    `${LOGIN}; ${CHANGE}; 105-120 login >c password=q; 121-130 me c; 121-130 me b`,
  ],
  [
    'binds a change without a response once the new password signs in, for the passwords before it too',
    `${LOGIN}; 20-30 password-change a ambiguous password=p newPassword=q
     20-30 password-change a ambiguous password=q newPassword=r
     25-60 login >c password=p; 70-80 me c; 85-90 login >d password=r; 100-110 me c`,
    'K3 password',
  ],
  [
    'does not bind a change without a response alone',
    `${LOGIN}; 20-30 password-change a ambiguous password=p newPassword=q; 35-60 login >c password=p; 70-80 me c`,
  ],
  [
    'refuses the replacement of a revoked session, though the replacement overlaps',
    `${LOGIN}; 100-110 revoke-all; 95-115 reauthenticate a>b; 120-130 me b`,
    'K3 inherited',
  ],
  [
    'refuses it though another session was replaced by the same revocation',
    `${LOGIN}; 0-10 login >z; 100-110 revoke-others z>y; 95-115 reauthenticate a>b; 120-130 me b`,
    'K3 inherited',
  ],
  [
    'remembers the password of a session that replaced another',
    `${LOGIN}; 20-30 revoke-others a>b; 40-50 password-change ambiguous password=p newPassword=q
     60-70 login >c password=q; 80-90 me b`,
    'K3 password',
  ],
  [
    'follows several replacements, one of them a revocation itself',
    `${LOGIN}; 20-30 revoke-others a>b; 35-38 me b; 40-90 revoke-all; 50-60 reauthenticate b>c
     70-95 revoke-others c>d; 100-110 me d`,
    'K3 inherited',
  ],
  [
    'allows replacements in sequence, each of which revokes all other sessions',
    `${LOGIN}; 20-30 revoke-others a>b; 40-50 password-change b>c password=p newPassword=q
     60-70 reauthenticate c>d password=q; 80-90 me d`,
  ],
  ['refuses the login of a disabled user', '0-10 disable; 11-20 login >a', 'K3 disabled'],
  [
    'allows a user who may have been enabled again',
    `0-10 disable; 11-20 enable ambiguous; 21-30 login >a; 31-40 me a
     0-10 disable user=v; 5-8 enable user=v; 21-30 login >b user=v`,
  ],
  [
    'ignores an enable before the disable, or one that was refused',
    '0-5 enable; 6-10 disable; 11-20 enable 403; 21-30 login >a',
    'K3 disabled',
  ],
  [
    'refuses the session of a login that began before the disable',
    '95-120 login >a; 100-110 disable; 121-130 me a',
    'K3 disabled',
  ],
  [
    'refuses a session with a removed scope',
    `95-120 login >a scopes=x; 95-120 login >b scopes=; 100-110 scope-removal scope=x; 121-130 me b; 121-130 me a`,
    'K3 scope',
  ],
  [
    'allows a scope that was granted again',
    '95-120 login >a scopes=x; 100-110 scope-removal scope=x; 112-115 scope-grant scope=x; 121-130 me a',
  ],
  [
    'allows sessions without the scope if the user may not have held it',
    '0-10 login >a scopes=; 100-110 scope-removal scope=x held=false; 121-130 me a',
  ],
])

cases('K4', [
  [
    'refuses a session for good after its first refusal',
    `${LOST_LOGOUT}; 102-104 me a deny; 105-109 look a`,
    'K4 resurrected',
  ],
  ['allows a check that overlaps the refusal or touches it', `${LOST_LOGOUT}; 102-104 me a deny; 104-106 me a`],
  ['does not take a missing scope for a refusal', `${LOST_LOGOUT}; 112-114 me a 403; 115-116 me a`],
  [
    'binds account routes among themselves, which see the epoch before the sweep reaches the row',
    `${LOGIN}; 100-200 revoke-all; 110-120 look a 401; 130-140 me a; 150-160 look a`,
    'K4 resurrected',
  ],
  [
    'allows a check by the row after an account route refused by the epoch',
    `${LOGIN}; 100-200 revoke-all; 110-120 look a 401; 130-140 me a`,
  ],
  [
    'takes a revoke that found no row for a refusal',
    `${LOST_LOGOUT}; 120-130 revoke a 404; 140-150 me a`,
    'K4 resurrected',
  ],
])

cases('K6', [
  ['accepts a session as its owner’s', `${LOGIN}; 20-30 me a principal=u`],
  ['rejects a session that is accepted as another user’s', `${LOGIN}; 20-30 me a principal=v`, 'K6 principal'],
  ['rejects a login that is answered with another user’s session', '20-30 login >a principal=v', 'K6 principal'],
  [
    'rejects an id that is given twice, across runs, and does not judge its owner',
    `${LOGIN}; 20-30 login >a user=v run=other; 40-50 me a principal=v`,
    'K6 duplicate',
  ],
  ['rejects a session that was given to no user', '0-1 me x', 'K6 unknown'],
  ['rejects a request without a session', '0-1 me', 'K6 unknown'],
  ['rejects a session before it was given', '0-5 me a; 6-10 login >a', 'K6 unknown'],
  ['allows a session before the response of its login', '0-10 login >a; 5-8 me a'],
  ['allows the refusal of sessions that were given to no user', '0-1 me x deny; 0-5 me a deny; 5-10 login >a'],
])

const budget = { slots: 2, window: 100_000_000 }
const guesses = (...seconds: number[]) => seconds.map((at) => `${at}s login 401`).join('; ')
const budgetCases: readonly Case[] = [
  ['allows as many wrong passwords as the budget', guesses(0, 1)],
  ['rejects one more', guesses(0, 1, 2), 'K7 budget'],
  ['counts in one window', guesses(0, 1, 99)],
  ['does not count refusals without a verification', '0s login 429; 1s login 429; 2s login 429'],
  [
    'counts each account by itself',
    `${guesses(0, 1)}; 2s login 401 user=v; 0-1 login >s user=w; 2-10 reauthenticate s 403; 3-10 reauthenticate s 403`,
  ],
  ['gives the budget back on a success', `${guesses(0, 1)}; 2s login >s; ${guesses(3, 4)}`],
  ['gives it back once', `2s login >s; ${guesses(3, 4, 5)}`, 'K7 budget'],
  ['takes a login without a response for a success at any time', `2s login ambiguous; ${guesses(3, 4, 5)}`],
  [
    'gives it back once in a burst around a success',
    `2s login >s; ${Array.from({ length: 5 }, () => '1000000-3000000 login 401').join('; ')}`,
    'K7 budget',
  ],
  [
    'counts reauthentications by themselves, and a login clears them',
    '6s reauthenticate s 403; 7s reauthenticate s 403; 20s reauthenticate s 403; 21s reauthenticate s 403; 5s login >s; 10s login >t',
  ],
  [
    'counts a password change as a reauthentication',
    '22s login >s; 30s password-change s 403; 31s reauthenticate s 403; 32s password-change s 403',
    'K7 budget',
  ],
]
cases(
  'K7',
  budgetCases.map(([name, history, violates]): Case => [name, history, violates, { budget }]),
)

const ONE = '0-10 login >a assurance=1'
cases('K3', [
  [
    'refuses a session of the password alone once there is a second factor',
    `${ONE}; 100-110 enrol a>b; 111-120 login >c assurance=1`,
    'K3 factor',
  ],
  [
    'also if its login overlaps the enrolment',
    `${ONE}; 100-110 enrol a>b; 105-120 login >c assurance=1; 121-130 me c`,
    'K3 factor',
  ],
  [
    'allows one of two factors, and any after the factor was removed, or may have been',
    `${ONE}; 100-110 enrol a>b; 111-120 second-factor >c assurance=2; 121-130 me c
     140-150 reset-factors 503; 160-170 login >d assurance=1; 180-190 me d`,
  ],
  [
    'refuses a session of the password alone once there is a passkey',
    `${ONE}; 100-110 add-passkey a>b; 111-120 login >c assurance=1`,
    'K3 factor',
  ],
  [
    'refuses a removed passkey, and another one not',
    `${ONE}; 100-110 remove-passkey a>b removed=k; 111-115 look b; 111-120 passkey-login >c passkey=l; 121-130 passkey-login >d passkey=k`,
    'K3 passkey',
  ],
  [
    'refuses a passkey whose sign-in overlaps its removal',
    `${ONE}; 100-110 remove-passkey a>b removed=k; 105-120 passkey-login >c passkey=k; 121-130 me c`,
    'K3 passkey',
  ],
  [
    'refuses the old password after a reset',
    `${LOGIN}; 100-110 reset password=p newPassword=q; 111-120 login >b password=p`,
    'K3 password',
  ],
  [
    'allows that a reset replaces whatever password there was',
    `${LOGIN}; 20-60 password-change a ambiguous password=p newPassword=q; 30-40 reset password=p newPassword=r
     70-80 login 401 password=q; 70-80 login 401 password=p; 70-80 login >b password=r`,
  ],
])
cases('K2', [
  [
    'lets a login by an email that was changed be refused',
    `${LOGIN}; 20-30 email-change a>b; 40-50 login 401 password=p`,
  ],
  [
    'requires that the password of a reset signs in',
    '0-10 reset password=p newPassword=q; 20-30 login 401 password=q',
    'K2 login',
  ],
])

cases('K9', [
  ['accepts a code once', '0-10 second-factor >a uses=x; 0-10 second-factor >b uses=y,x', 'K9 once'],
  [
    'refuses it any number of times',
    '0-10 second-factor >a uses=x; 0-10 second-factor 403 uses=x; 20-30 enrol 403 uses=x',
  ],
  [
    'voids a challenge that was given before all sessions were revoked',
    '5-10 revoke-all; 11-20 second-factor >a given=1 uses=x',
    'K9 void',
  ],
  [
    'refuses a code from a browser that did not ask',
    '0-10 code-login 403 foreign=true uses=x; 20-30 code-login >a uses=x',
  ],
  ['refuses it only there', '0-10 code-login >a foreign=true uses=x', 'K9 browser'],
  ['may accept it meanwhile', '5-11 revoke-all; 11-20 second-factor >a given=1 uses=x'],
  ['accepts one that was given since', '5-11 revoke-all; 12-20 reset given=6 uses=x password=p newPassword=q'],
])

const SNAPSHOT = '1000-1001 table-snapshot'
const IDLE = '0-10 login >a expiresAt=100'
cases('K8', [
  ['allows the row of a valid session', `${LOGIN}; ${SNAPSHOT} rows=a`],
  ['requires the row of a valid session', `${LOGIN}; ${SNAPSHOT} rows=`, 'K8 missing'],
  [
    'does not require the row of a session that may have ended',
    `${LOST_LOGOUT}; 0-10 login >b expiresAt=1001; 0-10 login >c user=v; 1000-1005 login >d; ${SNAPSHOT} rows=`,
    undefined,
    EXACT,
  ],
  ['rejects the row of a session that was logged out', `${LOGIN}; 100-110 logout a; ${SNAPSHOT} rows=a`, 'K8 left'],
  [
    'rejects the row of a session that was revoked with all',
    `${LOGIN}; 100-110 revoke-all; ${SNAPSHOT} rows=a`,
    'K8 left',
  ],
  ['rejects the row of a session that was refused', `${LOST_LOGOUT}; 120-130 me a deny; ${SNAPSHOT} rows=a`, 'K8 left'],
  [
    'allows the row of an expired session, which the TTL deletes',
    `${IDLE}; 120-130 me a deny; ${SNAPSHOT} rows=a`,
    undefined,
    EXACT,
  ],
  [
    'does not require that a logout deletes the row of an expired session',
    `${IDLE}; 90-100 logout a; ${SNAPSHOT} rows=a`,
    undefined,
    EXACT,
  ],
  [
    'requires that a revoke deletes the row of an expired session',
    `${IDLE}; 120-130 revoke a; ${SNAPSHOT} rows=a`,
    'K8 left',
    EXACT,
  ],
  [
    'requires that a logout just before the timeout deletes the row',
    `${IDLE}; 90-99 logout a; ${SNAPSHOT} rows=a`,
    'K8 left',
    EXACT,
  ],
  ['rejects a row in the partition of another user', `0-10 login >a user=v; ${SNAPSHOT} rows=a`, 'K6 principal'],
  [
    'rejects a row of an earlier epoch if no sweep is pending',
    `${LOGIN}; 100-110 revoke-all ambiguous; ${SNAPSHOT} rows=a:0 epoch=1 userStatus=active sweepPending=false`,
    'K8 half',
  ],
  [
    'allows a row of an earlier epoch while a sweep is pending',
    `${LOGIN}; 100-110 disable ambiguous; ${SNAPSHOT} rows=a:0 epoch=1 userStatus=disabled sweepPending=true`,
  ],
  [
    'rejects the row of a disabled user',
    `${LOGIN}; 100-110 disable ambiguous; ${SNAPSHOT} rows=a:1 epoch=1 userStatus=disabled sweepPending=false`,
    'K8 half',
  ],
  [
    'rejects more rows than the cap after a login that ran alone',
    '0-10 login >a; 0-10 login >b; 0-10 login >c; 20-30 login >d; 40-50 table-snapshot rows=b,c,d',
    'K8 cap',
    { cap: 2 },
  ],
  [
    'allows more rows than the cap after logins in parallel or without a response',
    `0-10 login >a; 0-10 login >b; 0-10 login >c; 40-50 table-snapshot rows=a,b,c
     60-70 login ambiguous; 80-90 table-snapshot rows=a,b,c`,
    undefined,
    { cap: 2 },
  ],
])

test('counts rows that no response named as orphans', () => {
  expect(judge(`${SNAPSHOT} rows=x,y`).orphans).toBe(2)
})

test('reports each check that is accepted after the idle timeout', () => {
  const history = '0-10 login >a expiresAt=1000; 1500-1510 me a; 1600-1610 me a; 2200-2210 me a'
  expect(judge(history, { skew: 0, idle: 1000 }).counts['K1 expired']).toEqual({ trials: 3, violations: 3 })
})

test('throws for a history in which a user has the same password twice', () => {
  const again = '2-3 password-change b>c password=q newPassword=p'
  expect(() => judge(`0-1 password-change a>b password=p newPassword=q; ${again}`)).toThrow(
    /^User u has the password .* twice/,
  )
})

test('a violation names its operations and says what is wrong', () => {
  expect(judge(`${LOGIN}; 100-110 logout a; 120-130 me a`).violations).toMatchObject([
    {
      rule: 'K1',
      seqs: [2, 1],
      sentence: 'K1 revoked: me r#2: accepted session a after its revocation had been acknowledged (logout r#1).',
    },
  ])
})

test('counts all violations of a clause and describes the first hundred', () => {
  const refusals = Array.from({ length: 101 }, (_, i) => `${20 + 10 * i}-${25 + 10 * i} me a deny`)
  const { counts, violations } = judge([LOGIN, ...refusals].join('\n'))
  expect([counts['K2 denied'].violations, violations.length]).toEqual([101, 100])
})

test('the lag of a revocation is measured to the response of the last accepted check, in flight or not', () => {
  const lagOf = (invoked: number) => judge(`${LOGIN}; 100-110 logout a; ${invoked}-150 me a`).lag
  expect(lagOf(105)).toEqual({ sessions: 1, late: 1, inFlight: 1, longest: 40, beyondInFlight: 0 })
  expect(lagOf(110).beyondInFlight).toBe(0)
  expect(lagOf(111)).toEqual({ sessions: 1, late: 1, inFlight: 0, longest: 40, beyondInFlight: 40 })
})
