import { InvalidScopeError } from '../errors.ts'
import type { Assurance } from '../factor.ts'
import { heldScopes, missingScopes, type Scope } from '../scope.ts'
import type { User } from '../user.ts'

/**
 * The scopes of a session: those requested, or all that the user may have in it.
 * @throws InvalidScopeError if the user does not hold a requested scope, or only with two factors
 */
export function grantedScopes(
  user: User,
  requested: readonly Scope[] | undefined,
  assurance: Assurance,
  strongScopes: readonly Scope[] = [],
): Scope[] {
  const held = heldScopes(user)
  const available = availableScopes(user, assurance, strongScopes)
  if (!requested) return available
  const refused = missingScopes(requested, held)
  if (refused.length > 0) throw new InvalidScopeError(refused)
  const tooStrong = missingScopes(requested, available)
  if (tooStrong.length > 0) throw new InvalidScopeError(tooStrong, true)
  return [...new Set(requested)]
}

/** The scopes that a user may have in a session of this assurance. */
export function availableScopes(user: User, assurance: Assurance, strongScopes: readonly Scope[] = []): Scope[] {
  return heldScopes(user).filter((scope) => assurance === 2 || !strongScopes.includes(scope))
}
