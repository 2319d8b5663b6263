import { reauthenticatedSession } from '../accounts/reauthenticated-session.ts'
import type { Device } from '../accounts/revocation-result.ts'
import type { Users } from '../accounts/users.ts'
import type { Deadline } from '../deadline.ts'
import { UnauthenticatedError } from '../errors.ts'
import type { Scope } from '../scope.ts'
import type { Session } from '../session.ts'
import type { CreatedSession } from '../sessions/create-session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { User } from '../user.ts'
import { identityKey } from './identity.ts'
import { IdentityNotLinkedError } from './provider-errors.ts'
import type { VerifiedIdentity } from './verified-identity.ts'

interface Parts {
  readonly users: Users
  readonly sessions: Sessions
  readonly strongScopes: readonly Scope[]
}

/**
 * Replaces a session by one whose user has just authenticated at a provider, by an identity of the account. What the session
 * is tied to at a provider stays. One read of the session, a write and a read for the new one, and the delete of the old one.
 * @param user of the session, read for this request
 * @throws IdentityNotLinkedError if the account has no such identity, or the provider has ended its sessions since
 * @throws UnauthenticatedError if the session was revoked meanwhile; it is not replaced.
 */
export async function reauthenticateByProvider(
  { users, sessions, strongScopes }: Parts,
  { session, user }: { readonly session: Session; readonly user: User },
  { issuer, subject, issuedAt, assurance }: VerifiedIdentity,
  device: Device,
  deadline: Deadline,
): Promise<CreatedSession> {
  const listed = user.identities?.[identityKey(issuer, subject)]
  if (!listed || (listed.endedAt ?? -1) >= issuedAt) throw new IdentityNotLinkedError('other_account')
  const proof = { factors: ['provider' as const], assurance }
  const replace = await sessions.prepareReplacement(session, deadline)
  const created = await replace?.(reauthenticatedSession(session, user, device, { proof, strongScopes }), users)
  if (!created) throw new UnauthenticatedError(true)
  return created
}
