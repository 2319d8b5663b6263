import type { Deadline } from '../deadline.ts'
import type { ProviderSessionStore } from '../provider-session.ts'
import type { SessionId } from '../session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { EpochSeconds } from '../system.ts'
import type { UserId } from '../user.ts'
import type { Identities } from './identities.ts'

/** What a provider's logout token names (OpenID Connect Back-Channel Logout 1.0 §2.4). */
export interface ProviderLogout {
  readonly issuer: string
  readonly subject?: string | undefined
  readonly sid?: string | undefined
  readonly issuedAt: EpochSeconds
}

interface LogoutParts {
  readonly identities: Pick<Identities, 'endSubject'>
  readonly providerSessions: ProviderSessionStore
  readonly sessions: Pick<Sessions, 'revokeOfProvider'>
}

/**
 * Ends what a provider's logout names: one session at the provider, or all of a subject. Also a session that a callback
 * is just making ends. Repeating it changes nothing more. With `sid`: one write, and a Query and the deletes for each user
 * who was tied to the session. With the subject alone: one write, and as `Identities.endSubject`.
 */
export async function endByProvider(
  { identities, providerSessions, sessions }: LogoutParts,
  { issuer, subject, sid, issuedAt }: ProviderLogout,
  deadline: Deadline,
): Promise<{ userId: UserId; revoked: readonly SessionId[] }[]> {
  if (sid !== undefined) {
    const ended: { userId: UserId; revoked: readonly SessionId[] }[] = []
    for (const userId of await providerSessions.endSession(issuer, sid, deadline))
      ended.push({ userId, revoked: await sessions.revokeOfProvider(userId, { issuer, sid }, deadline) })
    return ended
  }
  if (subject === undefined) return []
  await providerSessions.endSubject(issuer, subject, issuedAt, deadline)
  const ended = await identities.endSubject(issuer, subject, issuedAt, deadline)
  return ended ? [ended] : []
}
