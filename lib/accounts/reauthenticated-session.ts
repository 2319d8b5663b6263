import { type Proof, strengthened } from '../factor.ts'
import type { Scope } from '../scope.ts'
import type { Session } from '../session.ts'
import type { NewSession } from '../sessions/create-session.ts'
import type { User } from '../user.ts'
import { availableScopes } from './granted-scopes.ts'
import type { Device } from './revocation-result.ts'

/** What the user has proven again, and the scopes that only sessions of two factors have. */
interface Reproof {
  readonly proof: Proof
  readonly strongScopes?: readonly Scope[] | undefined
}

/**
 * The session that replaces one after its user presented a factor again: timeouts start anew as after a login, nothing
 * that was proven is lost, and it has all scopes the user may have in it now, unless the login had asked for fewer; none that
 * needs two factors if one is proven.
 */
export function reauthenticatedSession(
  session: Session,
  user: User,
  { ip, userAgent }: Device,
  { proof: added, strongScopes = [] }: Reproof,
): NewSession {
  const { scopes, narrowed, label } = session
  const proof = strengthened(session, added)
  const available = availableScopes(user, proof.assurance, strongScopes)
  const isTooStrong = (scope: Scope) => proof.assurance === 1 && strongScopes.includes(scope)
  const held = narrowed ? scopes.filter((scope) => !isTooStrong(scope)) : available
  return { user, scopes: held, narrowed, label, proof, ip, userAgent }
}

/**
 * The same session anew, with scopes, label, `authenticatedAt` and absolute timeout: its user has not authenticated again.
 */
export function sameSession(session: Session, { ip, userAgent }: Device): (user: User) => NewSession {
  const { scopes, narrowed, label, authenticatedAt, endsAt } = session
  return (user) => ({ user, scopes, narrowed, label, proof: session, ip, userAgent, authenticatedAt, endsAt })
}
