import { heldScopes } from '../scope.ts'
import type { Session } from '../session.ts'
import type { NewSession } from '../sessions/create-session.ts'
import type { User } from '../user.ts'
import type { Device } from './revocation-result.ts'

/**
 * The session that replaces one after its user presented the password again: timeouts start anew as after a login, and it
 * has all scopes the user holds now, unless the login had asked for fewer.
 */
export function reauthenticatedSession(session: Session, user: User, { ip, userAgent }: Device): NewSession {
  const { scopes, narrowed, label } = session
  return { user, scopes: narrowed ? scopes : heldScopes(user), narrowed, label, ip, userAgent }
}
