import type { AuditEvent } from '../audit-events.ts'

/**
 * The audit events that are activity. Throttled requests, renewals and refusals of checks are not among them;
 * `authn_login_lock` here is the failed verification that used up the account's attempts.
 */
export const ACTIVITY_EVENTS = [
  'authn_login_success',
  'authn_login_fail',
  'authn_login_lock',
  'authn_password_change',
  'authz_change',
  'authz_admin',
  'session_created',
  'session_expired',
  'user_created',
  'user_updated',
  'user_deleted',
] as const satisfies readonly AuditEvent[]

/** The name of an event that is activity. */
export type ActivityEvent = (typeof ACTIVITY_EVENTS)[number]

const EVENTS: ReadonlySet<unknown> = new Set(ACTIVITY_EVENTS)

/** Whether a value is the name of such an event. */
export function isActivityEvent(event: unknown): event is ActivityEvent {
  return EVENTS.has(event)
}
