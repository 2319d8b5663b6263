import { ConflictError } from '../../lib/errors.ts'
import { missingScopes, type Scope } from '../../lib/scope.ts'
import type { User, UserId } from '../../lib/user.ts'

/** Its holders can grant themselves any scope: treat it as root. */
export const ADMIN_WRITE = 'admin:write' as Scope

// Administrators cannot remove their own admin:write, or the last one could lock everyone out. The command line can, and
// can grant it again.

/** @throws ConflictError if the user holds `admin:write` */
export function assertMayDeleteSelf(user: Pick<User, 'scopes'>): void {
  if (user.scopes.includes(ADMIN_WRITE))
    throw new ConflictError('You hold admin:write and cannot delete yourself. Ask another administrator.')
}

/** @throws ConflictError if an administrator would disable themselves or remove one of their own scopes */
export function assertKeepsOwnRights(
  actor: UserId,
  before: User,
  { scopes, status }: { scopes?: readonly Scope[] | undefined; status?: User['status'] | undefined },
): void {
  if (before.id !== actor || !before.scopes.includes(ADMIN_WRITE)) return
  if (status === 'disabled')
    throw new ConflictError('You hold admin:write and cannot disable yourself. Ask another administrator.')
  if (scopes && missingScopes(before.scopes, scopes).length > 0)
    throw new ConflictError('You hold admin:write and cannot remove your own scopes. Ask another administrator.')
}
