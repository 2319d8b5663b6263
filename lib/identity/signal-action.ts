import type { UserAdministration } from '../accounts/user-administration.ts'
import type { Deadline } from '../deadline.ts'
import type { ProviderSessionStore } from '../provider-session.ts'
import type { SessionId } from '../session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { User, UserId } from '../user.ts'
import type { Identities } from './identities.ts'
import { identityKey } from './identity.ts'
import type { identityPointers } from './identity-pointers.ts'
import type { SignalAction } from './provider.ts'
import { endByProvider } from './provider-logout.ts'
import type { SecurityEvent } from './security-event.ts'

interface Parts {
  readonly identities: Pick<Identities, 'endSubject'>
  readonly providerSessions: ProviderSessionStore
  readonly sessions: Pick<Sessions, 'revokeOfProvider'>
  readonly pointers: Pick<ReturnType<typeof identityPointers>, 'find'>
  readonly administration: Pick<UserAdministration, 'change'>
}

/** What an event did: whose it was, and the sessions that ended. */
export interface SignalOutcome {
  readonly user?: User | undefined
  readonly ended: readonly { readonly userId: UserId; readonly revoked: readonly SessionId[] }[]
}

/**
 * Does what the configuration says about an event of a provider's stream. Repeating it changes nothing more, as long as
 * nobody enables the user in between. Two reads, and as `endByProvider`; `disable` costs as `UserAdministration.change` and a
 * write.
 */
export async function actOnSignal(
  parts: Parts,
  { signal, issuer, subject, sid, issuedAt }: Pick<SecurityEvent, 'signal' | 'issuer' | 'subject' | 'sid' | 'issuedAt'>,
  action: SignalAction,
  deadline: Deadline,
): Promise<SignalOutcome> {
  const key = subject === undefined ? undefined : identityKey(issuer, subject)
  const user = key && (await parts.pointers.find(key, deadline)).user
  if (action === 'record') return { user, ended: [] }
  if (action === 'disable' && subject !== undefined) {
    await parts.providerSessions.endSubject(issuer, subject, issuedAt, deadline) // also a sign-in that is under way
    if (user?.status !== 'active') return { user, ended: [] }
    const { revoked } = await parts.administration.change(user.id, { status: 'disabled' }, deadline)
    return { user, ended: [{ userId: user.id, revoked }] }
  }
  const ofSession = signal === 'session-revoked' ? sid : undefined // a compromise is the whole user's
  return { user, ended: await endByProvider(parts, { issuer, subject, sid: ofSession, issuedAt }, deadline) }
}
