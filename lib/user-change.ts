import type { User } from './user.ts'

/** The fields that a change can set or remove. */
type Removable =
  | 'passwordHash'
  | 'reset'
  | 'verification'
  | 'totp'
  | 'totpPending'
  | 'totpStep'
  | 'recoveryCodes'
  | 'identities'
type Settable = 'name' | 'scopes' | 'status' | 'emailVerified' | Removable

/** A change of a user: the fields that it sets, and the names of those that it removes. */
export type UserChange = Partial<Pick<User, Settable>> & { readonly removes?: readonly Removable[] | undefined }

/** A change that revokes all sessions, and what the user item keeps about it. */
export type EpochChange = UserChange & Partial<Pick<User, 'lastChanges'>>

/** The user after a change. */
export function changedUser(user: User, { removes = [], ...set }: EpochChange): User {
  const kept: Partial<User> = { ...user }
  for (const field of removes) delete (kept as Record<string, unknown>)[field]
  return { ...(kept as User), ...set }
}
