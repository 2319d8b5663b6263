import type { EndReason } from './activity-store.ts'

const TEXTS: Readonly<Record<EndReason, string>> = {
  logout: 'Signed out',
  replaced: 'Replaced by a newer session',
  revoked: 'Revoked',
  revoked_all: 'All sessions revoked',
  password_change: 'Password changed',
  password_reset: 'Password reset',
  factors_changed: 'Second factor changed',
  email_changed: 'Email changed',
  email_change_undone: 'Change of email undone',
  identity_linked: 'Sign-in provider linked',
  provider_logout: 'Signed out at the provider',
  scope_removed: 'Scope removed',
  user_disabled: 'User disabled',
  user_deleted: 'User deleted',
  session_cap: 'Too many sessions',
  idle_timeout: 'Idle timeout',
  absolute_timeout: 'Absolute timeout',
}

const isReason = (text: string): text is EndReason => Object.hasOwn(TEXTS, text)

/**
 * Says in words why a session ended.
 * @param reason of an activity of the event `session_expired`
 * @param by the administrator who revoked the session, if it was not the user
 */
export function endReasonText(reason = '', by?: string): string {
  if (by !== undefined && (reason === 'revoked' || reason === 'revoked_all')) return 'Revoked by administrator'
  return isReason(reason) ? TEXTS[reason] : 'Ended'
}
