import { expect, test } from 'vitest'
import { logEntry, logRevoked } from '../../lib/audit.ts'
import type { LogEntry } from '../../lib/ports.ts'
import { newSessionId, newUserId } from '../support/samples.ts'

const target = newUserId()
const said = (ended: readonly ReturnType<typeof newSessionId>[]) => {
  const entries: LogEntry[] = []
  logRevoked((entry) => void entries.push(entry), target, ended, 'revoked')
  return entries
}
const expired = { level: 'info', event: 'session_expired', target, reason: 'revoked' }

test('of sessions that end together one line says which, or how many, and none says nothing', () => {
  const [a, b] = [newSessionId(), newSessionId()]
  expect(said([])).toEqual([])
  expect(said([a])).toEqual([{ ...expired, sessionId: a }])
  expect(said([a, b])).toEqual([{ ...expired, sessions: 2 }])
})

test('an entry has the level of its event, whatever its fields say', () => {
  expect(logEntry('sys_crash', { level: 'info', event: 'other', a: 1 })).toEqual({
    level: 'error',
    event: 'sys_crash',
    a: 1,
  })
  expect(logEntry('session_created')).toEqual({ level: 'info', event: 'session_created' })
})
