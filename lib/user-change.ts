import { DATED_CREDENTIALS, type User } from './user.ts'

/** The fields that a change can set or remove. */
type Removable =
  | 'passwordHash'
  | 'mustChangePassword'
  | 'claim'
  | 'reset'
  | 'verification'
  | 'claiming'
  | 'undo'
  | 'totp'
  | 'totpPending'
  | 'totpStep'
  | 'recoveryCodes'
  | 'passkeys'
  | 'passkeyCounts'
  | 'passkeyUsedAt'
  | 'identities'
type Settable = 'name' | 'email' | 'scopes' | 'status' | 'emailVerified' | 'lapsedAt' | Removable
/** What is kept about one passkey apart from it, which sign-ins write. */
type PasskeyUse = `passkeyCounts.${string}` | `passkeyUsedAt.${string}`

/** The name of a field that a change can remove. */
export type RemovableField = Removable | PasskeyUse

/** A change of a user: the fields that it sets, and the names of those that it removes. */
export type UserChange = Partial<Pick<User, Settable>> & {
  readonly removes?: readonly RemovableField[] | undefined
}

/** A change with the epochs of the credentials that it sets. */
export type DatedChange = UserChange & Partial<Pick<User, 'since'>>

/** A change that revokes all sessions, and what the user item keeps about it. */
export type EpochChange = DatedChange & Partial<Pick<User, 'lastChanges'>>

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
  return withoutLapsed({ ...(kept as unknown as User), ...set })
}

/**
 * The user without the claims on addresses that have lapsed. They lapse by a write of `lapsedAt` and not by a clock: with
 * two clocks, an undo and a registration could both have the address.
 */
export function withoutLapsed<Kind extends Pick<User, 'claiming' | 'undo' | 'lapsedAt'>>(user: Kind): Kind {
  const { lapsedAt = -1 } = user
  const kept = { ...user }
  for (const name of ['claiming', 'undo'] as const) if ((kept[name]?.expiresAt ?? 0) <= lapsedAt) delete kept[name]
  return kept
}

/**
 * Adds the epoch to each credential that a change sets: an undo of a change of address removes those set since. A new
 * password also ends what is required of the one before.
 */
export function dated(
  change: UserChange,
  { since, mustChangePassword }: Pick<User, 'since' | 'mustChangePassword'>,
  epoch: number,
): DatedChange {
  const set = DATED_CREDENTIALS.filter((field) => change[field] !== undefined)
  if (set.length === 0) return change
  const isFreed = mustChangePassword && change.passwordHash !== undefined && !change.mustChangePassword
  const removes = isFreed ? { removes: [...(change.removes ?? []), 'mustChangePassword' as const] } : {}
  return { ...change, ...removes, since: { ...since, ...Object.fromEntries(set.map((field) => [field, epoch])) } }
}
