import { AUDIT_EVENTS, type AuditEvent, type RevocationReason } from './audit-events.ts'
import type { Log, LogEntry } from './ports.ts'
import type { SessionId } from './session.ts'
import type { UserId } from './user.ts'

/** Creates a log entry for an audit event, at the event's level. */
export function logEntry(event: AuditEvent, fields: Readonly<Record<string, unknown>> = {}): LogEntry {
  return { ...fields, level: AUDIT_EVENTS[event], event }
}

/** The key under which an entry carries the ids of all sessions it is about; a symbol, so that no line of the log has them. */
export const SESSION_IDS = Symbol('sessionIds')

/** Logs that sessions of a user were revoked: one session by its id, several by their number, none not at all. */
export function logRevoked(log: Log, target: UserId, revoked: readonly SessionId[], reason: RevocationReason): void {
  const [sessionId] = revoked
  const which = revoked.length === 1 ? { sessionId } : { sessions: revoked.length }
  const fields = { target, ...which, reason, [SESSION_IDS]: revoked }
  if (sessionId !== undefined) log(logEntry('session_expired', fields))
}
