import { expect, test } from 'vitest'
import { logEntry, logRevoked, SESSION_IDS } from '../../lib/audit.ts'
import type { LogEntry } from '../../lib/ports.ts'
import { newSessionId, newUserId } from '../support/samples.ts'

const target = newUserId()
const logged = (revoked: readonly ReturnType<typeof newSessionId>[]) => {
  const entries: LogEntry[] = []
  logRevoked((entry) => void entries.push(entry), target, revoked, 'revoked')
  return entries
}
const expired = { level: 'info', event: 'session_expired', target, reason: 'revoked' }

test('logRevoked writes one line with the id of one session or the number of several, and none for no session', () => {
  const [a, b] = [newSessionId(), newSessionId()]
  expect(logged([])).toEqual([])
  expect(logged([a])).toEqual([{ ...expired, sessionId: a, [SESSION_IDS]: [a] }])
  expect(logged([a, b])).toEqual([{ ...expired, sessions: 2, [SESSION_IDS]: [a, b] }])
})

test('logEntry uses the event’s own level and name, whatever the fields contain', () => {
  expect(logEntry('sys_crash', { level: 'info', event: 'other', a: 1 })).toEqual({
    level: 'error',
    event: 'sys_crash',
    a: 1,
  })
  expect(logEntry('session_created')).toEqual({ level: 'info', event: 'session_created' })
})
