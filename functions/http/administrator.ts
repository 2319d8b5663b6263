import { ConflictError } from '../../lib/errors.ts'
import { missingScopes, type Scope } from '../../lib/scope.ts'
import type { User, UserId } from '../../lib/user.ts'

/** Holding it, one can grant oneself anything: treat it as root. */
export const ADMIN_WRITE = 'admin:write' as Scope

// Nobody who holds admin:write may lose it by their own hand: the last one would lock everybody out. The command line
// can, and can restore.

/** @throws ConflictError for somebody who holds `admin:write`. */
export function assertMayLeave(user: Pick<User, 'scopes'>): void {
  if (user.scopes.includes(ADMIN_WRITE))
    throw new ConflictError('You hold admin:write and cannot delete yourself. Another administrator can.')
}

/** @throws ConflictError when the administrator would disable themselves, or take a scope from themselves. */
export function assertKeepsOwn(
  actor: UserId,
  before: User,
  { scopes, status }: { scopes?: readonly Scope[] | undefined; status?: User['status'] | undefined },
): void {
  if (before.id !== actor || !before.scopes.includes(ADMIN_WRITE)) return
  if (status === 'disabled')
    throw new ConflictError('You hold admin:write and cannot disable yourself. Another administrator can.')
  if (scopes && missingScopes(before.scopes, scopes).length > 0)
    throw new ConflictError('You hold admin:write and cannot take scopes from yourself. Another administrator can.')
}
