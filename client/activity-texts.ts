const END_REASONS: Readonly<Record<string, string>> = {
  logout: 'Signed out',
  replaced: 'Replaced by a newer session',
  revoked: 'Revoked',
  revoked_all: 'All sessions revoked',
  password_change: 'Password changed',
  scope_removed: 'Rights changed',
  user_disabled: 'Account disabled',
  user_deleted: 'Account deleted',
  session_cap: 'Too many sessions',
  idle_timeout: 'Idle timeout',
  absolute_timeout: 'Absolute timeout',
}

/**
 * Says in words why a session ended.
 * @param reason the `reason` of an activity of the event `session_expired`
 * @param by its `by`: the administrator who revoked the session, if it was not the user
 * @example
 * ```ts
 * import { endReasonText } from 'coatcheck/client'
 *
 * const text = endReasonText('logout') // 'Signed out'
 * ```
 */
export function endReasonText(reason: string | undefined, by?: string): string {
  if (by !== undefined && (reason === 'revoked' || reason === 'revoked_all')) return 'Revoked by administrator'
  return (reason !== undefined && Object.hasOwn(END_REASONS, reason) && END_REASONS[reason]) || 'Ended'
}
