import type { Invitation } from '../accounts/invitation.ts'
import { defined } from '../defined.ts'
import { rfc3339 } from '../instant.ts'
import type { Identities } from '../linked-identity.ts'
import type { Session, SessionId } from '../session.ts'
import type { EpochSeconds } from '../system.ts'
import type { Passkey, User } from '../user.ts'

/** The JSON representation of a session, without any credential. */
export function sessionJson(session: Session) {
  const { id, userId, scopes, label, factors, assurance, ip, userAgent } = session
  const { createdAt, authenticatedAt, lastSeenAt, expiresAt, endsAt } = session
  return {
    id,
    userId,
    scopes,
    ...defined({ label }),
    factors,
    assurance,
    ip,
    userAgent,
    createdAt: rfc3339(createdAt),
    authenticatedAt: rfc3339(authenticatedAt),
    lastSeenAt: rfc3339(lastSeenAt),
    expiresAt: rfc3339(expiresAt),
    endsAt: rfc3339(endsAt),
  }
}

/** The JSON representation of sessions; the caller's own has `current: true`. */
export function sessionsJson(sessions: readonly Session[], current: SessionId) {
  return sessions.map((session) => ({ ...sessionJson(session), ...(session.id === current ? { current: true } : {}) }))
}

/** The JSON representation of a user. Fields are listed one by one, so that a new attribute is not published by accident. */
export function userJson({ id, email, emailVerified, name, scopes, status, mustChangePassword, createdAt }: User) {
  return {
    id,
    email,
    emailVerified,
    ...defined({ name }),
    scopes,
    status,
    ...defined({ mustChangePassword }),
    createdAt: rfc3339(createdAt),
  }
}

/** The JSON representation of an invitation, without its secret or the hash of that. */
export function invitationJson({ id, email, name, scopes, invitedBy, outcome, ...times }: Invitation) {
  return {
    id,
    email,
    ...defined({ name }),
    scopes,
    status: outcome ?? ('open' as const),
    ...defined({ invitedBy }),
    createdAt: rfc3339(times.createdAt),
    expiresAt: rfc3339(times.expiresAt),
  }
}

/** The JSON representation of a passkey, without its key. */
export function passkeyJson(
  id: string,
  { name, createdAt }: Pick<Passkey, 'name' | 'createdAt'>,
  usedAt?: EpochSeconds | undefined,
) {
  return {
    id,
    name,
    createdAt: rfc3339(createdAt),
    ...defined({ lastUsedAt: usedAt === undefined ? undefined : rfc3339(usedAt) }),
  }
}

/** The JSON representation of the identities of a user. The id names the link, and is another one if it is made again. */
export function identitiesJson(identities: Identities = {}) {
  return Object.entries(identities).map(([key, { claim, provider, linkedAt }]) => {
    const end = key.indexOf('#') // an issuer has none
    return { id: claim, provider, issuer: key.slice(0, end), subject: key.slice(end + 1), linkedAt: rfc3339(linkedAt) }
  })
}
