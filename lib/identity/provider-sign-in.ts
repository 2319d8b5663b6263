import { type SessionParts, type SignedIn, type SignInRequest, signIn } from '../accounts/sign-in.ts'
import type { UserAdministration } from '../accounts/user-administration.ts'
import type { Deadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import type { Proof } from '../factor.ts'
import type { Challenges } from '../factors/challenges.ts'
import { hasSecondFactor } from '../factors/methods.ts'
import { missingScopes, type Scope } from '../scope.ts'
import type { User } from '../user.ts'
import type { Identities } from './identities.ts'
import type { Provider } from './provider.ts'
import type { VerifiedIdentity } from './verified-identity.ts'

/** The parts of `signInByProvider`. */
export interface ProviderSignInParts extends SessionParts {
  readonly identities: Identities
  readonly administration: UserAdministration
  readonly challenges: Pick<Challenges, 'begin'>
}

/**
 * Signs the user of a verified identity in: finds or makes the user, applies the scopes of the provider's groups, creates
 * a session. Costs as `Identities.userOf` and `signIn`, and a write and a read for the provider's session; a change of
 * scopes costs as `UserAdministration.change` and a read.
 * @throws IdentityNotLinkedError, ConflictError as `Identities.userOf`.
 * @throws SecondFactorRequiredError if the user has a second factor and the provider has not proven two; instead of the
 *   session, one write.
 * @throws ConflictError also if all sessions were revoked, or the provider has ended its session, during the sign-in.
 */
export async function signInByProvider(
  parts: ProviderSignInParts,
  provider: Provider,
  identity: VerifiedIdentity,
  request: SignInRequest,
  deadline: Deadline,
): Promise<SignedIn & { isNew: boolean }> {
  const { user: found, isNew } = await parts.identities.userOf(identity, provider.registration, deadline)
  const user = await withGroupScopes(parts, provider, found, identity.scopes, deadline)
  const { issuer, subject, sid, issuedAt, assurance } = identity
  const session = { issuer, subject, ...defined({ sid }), issuedAt }
  const proof: Proof = { factors: ['provider'], assurance, provider: session }
  if (hasSecondFactor(user) && assurance === 1) throw await parts.challenges.begin(user, proof, request, deadline)
  return { ...(await signIn(parts, user, proof, request, deadline)), isNew }
}

/** The scopes that the provider's groups grant are those of its groups now; other scopes stay. */
async function withGroupScopes(
  { administration, users }: ProviderSignInParts,
  { groups }: Provider,
  user: User,
  granted: readonly Scope[] | undefined,
  deadline: Deadline,
): Promise<User> {
  if (!groups || !granted) return user
  const mapped = new Set(Object.values(groups.scopes).flat())
  const scopes = [...new Set([...user.scopes.filter((scope) => !mapped.has(scope)), ...granted])]
  const isSame = missingScopes(user.scopes, scopes).length + missingScopes(scopes, user.scopes).length === 0
  if (isSame) return user
  await administration.change(user.id, { scopes }, deadline)
  return users.require(user.id, deadline)
}
