import { logEntry } from '../audit.ts'
import type { Log } from '../ports.ts'
import type { User } from '../user.ts'

/** Logs that an administrator has changed a user: `authz_admin`, and what has changed. */
export function logUserChange(log: Log, before: User, user: User): void {
  const target = user.id
  log(logEntry('authz_admin', { target, action: 'change_user' }))
  const [from, to] = [before.scopes.join(' '), user.scopes.join(' ')]
  if (from !== to) log(logEntry('authz_change', { target, from, to }))
  if (before.status !== user.status || before.name !== user.name)
    log(logEntry('user_updated', { target, status: user.status }))
}
