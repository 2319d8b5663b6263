import type { User } from './user.ts'

/** The fields that a change can set or remove. */
type Removable = 'reset' | 'verification' | 'totp' | 'totpPending' | 'totpStep' | 'recoveryCodes' | PasskeyField
type PasskeyField = 'passkeys' | 'passkeyCounts' | 'passkeyUsedAt'
type Settable = 'name' | 'passwordHash' | 'scopes' | 'status' | 'emailVerified' | Removable
/** What is kept about one passkey apart from it, which sign-ins write. */
type PasskeyUse = `passkeyCounts.${string}` | `passkeyUsedAt.${string}`

/** A change of a user: the fields that it sets, and the names of those that it removes. */
export type UserChange = Partial<Pick<User, Settable>> & {
  readonly removes?: readonly (Removable | PasskeyUse)[] | undefined
}

/** A change that revokes all sessions, and what the user item keeps about it. */
export type EpochChange = UserChange & Partial<Pick<User, 'lastChanges'>>

/** The user after a change. */
export function changedUser(user: User, { removes = [], ...set }: EpochChange): User {
  const kept: Record<string, unknown> = { ...user }
  for (const path of removes) {
    const [field = '', id] = path.split('.')
    if (id === undefined) delete kept[field]
    else {
      const { [id]: _, ...others } = (kept[field] ?? {}) as Record<string, unknown>
      kept[field] = others
    }
  }
  return { ...(kept as unknown as User), ...set }
}
