import type { Log, LogEntry } from './ports.ts'
import type { SessionId } from './session.ts'
import type { UserId } from './user.ts'

/**
 * Every event there is a line for, with its level. The names are those of the OWASP Logging Vocabulary; below the blank
 * line our own, for what it has no word for. `docs/audit-events.md` says when each is written, and a test compares.
 */
export const AUDIT_EVENTS = {
  authn_login_success: 'info',
  authn_login_fail: 'warn',
  authn_login_lock: 'warn',
  authn_password_change: 'info',
  authz_fail: 'warn',
  authz_change: 'warn',
  authz_admin: 'warn',
  excess_rate_limit_exceeded: 'warn',
  input_validation_fail: 'warn',
  malicious_cors: 'warn',
  session_created: 'info',
  session_renewed: 'info',
  session_expired: 'info',
  session_use_after_expire: 'warn',
  user_created: 'warn',
  user_updated: 'warn',
  user_deleted: 'warn',
  sys_crash: 'error',

  renewal_missed: 'warn',
  upgrade_missed: 'warn',
  attempts_not_settled: 'warn',
  sweep_finished: 'warn',
  corrupt_password_hash: 'error',
  corrupt_item: 'error',
  unavailable: 'error',
} as const satisfies Record<string, LogEntry['level']>

/** The name of an event of the vocabulary. */
export type AuditEvent = keyof typeof AUDIT_EVENTS

/** Why a session ended, in `reason` of `session_expired`. */
export type RevocationReason =
  | 'logout'
  | 'replaced'
  | 'revoked'
  | 'revoked_all'
  | 'password_change'
  | 'scope_removed'
  | 'user_disabled'
  | 'user_deleted'
  | 'session_cap'

/** An entry of an event, at the event's level. */
export function logEntry(event: AuditEvent, fields: Readonly<Record<string, unknown>> = {}): LogEntry {
  return { ...fields, level: AUDIT_EVENTS[event], event }
}

/** Says of sessions that they ended together: the id where it is one, the number where there are more, nothing of none. */
export function logRevoked(log: Log, target: UserId, ended: readonly SessionId[], reason: RevocationReason): void {
  const [sessionId] = ended
  const which = ended.length === 1 ? { sessionId } : { sessions: ended.length }
  if (sessionId !== undefined) log(logEntry('session_expired', { target, ...which, reason }))
}
