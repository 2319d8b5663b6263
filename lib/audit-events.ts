/** The level of a log entry. */
export type LogLevel = 'info' | 'warn' | 'error'

/**
 * Every event that Coatcheck logs, with its level. The names are those of the OWASP Logging Vocabulary; the names below
 * the blank line are Coatcheck's own. `docs/audit-events.md` says when each is logged; a test compares the two.
 * @example
 * ```ts
 * import { AUDIT_EVENTS, type AuditEvent } from 'coatcheck'
 *
 * const events = Object.keys(AUDIT_EVENTS) as AuditEvent[]
 * const alarming = events.filter((event) => AUDIT_EVENTS[event] === 'error')
 * ```
 */
export const AUDIT_EVENTS = {
  authn_login_success: 'info',
  authn_login_fail: 'warn',
  authn_login_lock: 'warn',
  authn_password_change: 'info',
  authn_token_created: 'info',
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
  activity_missed: 'warn',
  sweep_finished: 'warn',
  corrupt_password_hash: 'error',
  corrupt_item: 'error',
  mail_requested: 'info',
  mail_sent: 'info',
  mail_refused: 'warn',
  mail_missed: 'warn',
  breach_check_missed: 'warn',
  receipt_missed: 'warn',
  provider_unavailable: 'warn',
  provider_signal: 'warn',
  unavailable: 'error',
} as const satisfies Record<string, LogLevel>

/** The name of an audit event. */
export type AuditEvent = keyof typeof AUDIT_EVENTS

/** Why a session was revoked: `reason` of the event `session_expired`. */
export type RevocationReason =
  | 'logout'
  | 'replaced'
  | 'revoked'
  | 'revoked_all'
  | 'password_change'
  | 'password_reset'
  | 'factors_changed'
  | 'email_changed'
  | 'email_change_undone'
  | 'identity_linked'
  | 'provider_logout'
  | 'scope_removed'
  | 'user_disabled'
  | 'user_deleted'
  | 'session_cap'
