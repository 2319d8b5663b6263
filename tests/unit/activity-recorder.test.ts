import { describe, expect, test } from 'vitest'
import { endIn } from '../../lib/activity/end-of.ts'
import { createRecorder } from '../../lib/activity/recorder.ts'
import { logEntry, logRevoked, SESSION_IDS } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { activityJson } from '../../lib/http/activity-json.ts'
import { bindLog } from '../../lib/log.ts'
import type { LogEntry } from '../../lib/ports.ts'
import type { SessionId } from '../../lib/session.ts'
import type { UserId } from '../../lib/user.ts'
import { memoryActivityStore } from '../support/memory-activity-store.ts'

const ANN = 'a'.repeat(21) as UserId
const BOB = 'b'.repeat(21) as UserId
const sessionId = (letter: string) => letter.repeat(21) as SessionId
const AT = 1_800_000_000_000
const SOURCE = { ip: '192.0.2.1', userAgent: 'tests' }

function setUp(store = memoryActivityStore()) {
  const logged: LogEntry[] = []
  const log = (entry: LogEntry) => void logged.push(entry)
  const recorder = createRecorder({ store, log, now: () => AT, randomText: (length) => 'r'.repeat(length) })
  return {
    store,
    logged,
    recorder,
    logOf: (requestId: string) => bindLog(recorder.log, { function_request_id: requestId, ip: SOURCE.ip }),
    flush: (requestId: string) => recorder.flush(requestId, SOURCE, startDeadline()),
  }
}

describe('the activity recorder', () => {
  test('writes one item for a login with its session and the sessions over the cap', async () => {
    const { store, logOf, flush } = setUp()
    const log = logOf('1')
    log(logEntry('authn_login_success', { actor: ANN, sessionId: sessionId('n') }))
    log(logEntry('session_created', { actor: ANN, sessionId: sessionId('n'), reason: 'login' }))
    logRevoked(log, ANN, [sessionId('x'), sessionId('y')], 'session_cap')
    await flush('1')
    expect(store.entries).toEqual([
      {
        subject: `user#${ANN}`,
        id: '2027-01-15T08:00:00.000Z#rrrrrrrr',
        at: AT,
        ...SOURCE,
        facts: [
          { event: 'authn_login_success', sessionIds: [sessionId('n')] },
          { event: 'session_created', sessionIds: [sessionId('n')], reason: 'login' },
          { event: 'session_expired', sessionIds: [sessionId('x'), sessionId('y')], reason: 'session_cap' },
        ],
      },
    ])
  })

  test('keys a failed sign-in by the account, whether or not the user exists', async () => {
    const { store, logOf, flush } = setUp()
    logOf('1')(logEntry('authn_login_fail', { reason: 'wrong_password', account: 'tag', target: ANN }))
    logOf('2')(logEntry('authn_login_fail', { reason: 'unknown_email', account: 'tag' }))
    logOf('3')(logEntry('authn_login_fail', { reason: 'wrong_password', actor: ANN, sessionId: sessionId('s') }))
    for (const id of ['1', '2', '3']) await flush(id)
    expect(store.entries.map(({ subject, by, facts }) => [subject, by, facts[0]?.reason])).toEqual([
      ['account#tag', undefined, 'wrong_password'],
      [`user#${ANN}`, undefined, 'wrong_password'],
    ])
  })

  test('tells in the one item of a failed verification that it has locked the account, and until when', async () => {
    const { store, logOf, flush } = setUp()
    const lockedUntil = '2027-01-15T08:15:00Z'
    logOf('1')(logEntry('authn_login_fail', { reason: 'unknown_email', account: 'tag', lockedUntil }))
    await flush('1')
    expect(store.entries.map(({ subject, facts }) => [subject, facts])).toEqual([
      [
        'account#tag',
        [
          { event: 'authn_login_fail', reason: 'unknown_email' },
          { event: 'authn_login_lock', until: lockedUntil },
        ],
      ],
    ])
  })

  test('records the sessions that a later sweep ends, with those who requested it, and none if it has found none', async () => {
    const { store, logOf, flush } = setUp()
    const ended = { reason: 'revoked_all', [SESSION_IDS]: [sessionId('x')], sessions: 1 }
    logOf('1')(logEntry('sweep_finished', { target: ANN, ...ended, by: BOB }))
    logOf('1')(logEntry('authn_login_success', { actor: ANN, sessionId: sessionId('n') }))
    logOf('2')(logEntry('sweep_finished', { target: ANN, ...ended, sessions: 0, [SESSION_IDS]: [] }))
    for (const id of ['1', '2']) await flush(id)
    const fact = { event: 'session_expired', reason: 'revoked_all', sessionIds: [sessionId('x')], by: BOB }
    expect(store.entries.map(({ by, facts }) => [by, facts])).toEqual([
      [undefined, [fact, { event: 'authn_login_success', sessionIds: [sessionId('n')] }]],
    ])
    expect(store.entries.flatMap(activityJson).map(({ by }) => by)).toEqual([BOB, undefined])
    expect(endIn(store.entries, sessionId('x'))).toMatchObject({ reason: 'revoked_all', by: BOB })
  })

  test('tells of a user whose own sweep another finishes that it was the user', async () => {
    const { store, logOf, flush } = setUp()
    const log = bindLog(logOf('1'), { actor: BOB })
    log(logEntry('sweep_finished', { target: ANN, reason: 'password_change', sessions: 1, by: ANN }))
    await flush('1')
    expect(store.entries.map(({ by }) => by)).toEqual([BOB])
    expect(store.entries.flatMap(activityJson)[0]).not.toHaveProperty('by')
  })

  test('names the administrator who acted on another user, and nobody for the own account', async () => {
    const { store, logOf, flush } = setUp()
    const log = bindLog(logOf('1'), { actor: BOB, sessionId: sessionId('s') })
    log(logEntry('authz_admin', { target: ANN, action: 'revoke_session' }))
    logRevoked(log, ANN, [sessionId('x')], 'revoked')
    logRevoked(log, BOB, [sessionId('y')], 'revoked')
    await flush('1')
    expect(store.entries.map(({ subject, by, facts }) => [subject, by, facts])).toEqual([
      [
        `user#${ANN}`,
        BOB,
        [
          { event: 'authz_admin', action: 'revoke_session' },
          { event: 'session_expired', sessionIds: [sessionId('x')], reason: 'revoked' },
        ],
      ],
      [`user#${BOB}`, undefined, [{ event: 'session_expired', sessionIds: [sessionId('y')], reason: 'revoked' }]],
    ])
  })

  test('keeps requests apart, and writes nothing of throttled, renewing or refused ones', async () => {
    const { store, logOf, flush, recorder } = setUp()
    for (const event of ['authn_login_lock', 'session_renewed', 'authz_fail', 'session_use_after_expire'] as const)
      logOf('1')(logEntry(event, { actor: ANN, account: 'tag' }))
    logOf('2')(logEntry('user_deleted', { target: BOB }))
    recorder.log(logEntry('user_deleted', { target: ANN })) // of no request
    await flush('1')
    expect(store.entries).toEqual([])
    await Promise.all([flush('2'), flush('2')])
    expect(store.entries.map(({ subject }) => subject)).toEqual([`user#${BOB}`])
  })

  test('names at most 400 of many sessions and says how many ended', async () => {
    const { store, logOf, flush } = setUp()
    logRevoked(
      logOf('1'),
      ANN,
      Array.from({ length: 1000 }, () => sessionId('x')),
      'revoked_all',
    )
    await flush('1')
    const [fact] = store.entries[0]?.facts ?? []
    expect([fact?.sessionIds?.length, fact?.sessions]).toEqual([400, 1000])
  })

  test('copies no other field of an entry, and cuts long texts', async () => {
    const { store, logOf, flush } = setUp()
    const fields = { target: ANN, from: 'x'.repeat(5000), password: 'hunter2', error: new Error('hunter2'), reason: {} }
    logOf('1')(logEntry('authz_change', fields))
    await flush('1')
    expect(store.entries[0]?.facts).toEqual([{ event: 'authz_change', from: 'x'.repeat(1024) }])
  })

  test('logs what a failing store loses, and never throws', async () => {
    const failing = { ...memoryActivityStore(), record: () => Promise.reject(new UnavailableError('down')) }
    const { logged, logOf, flush } = setUp(failing)
    logOf('1')(logEntry('user_created', { target: ANN }))
    await flush('1')
    expect(logged.map(({ event, level, entries, ip }) => [event, level, entries, ip])).toEqual([
      ['user_created', 'warn', undefined, SOURCE.ip],
      ['activity_missed', 'warn', 1, SOURCE.ip],
    ])
  })
})
