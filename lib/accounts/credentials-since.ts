import { DATED_CREDENTIALS, type DatedCredential, type Passkey, type User } from '../user.ts'
import type { RemovableField, UserChange } from '../user-change.ts'

/** What goes with each credential. */
const FIELDS: Readonly<Record<DatedCredential, readonly RemovableField[]>> = {
  passwordHash: ['passwordHash'],
  totp: ['totp', 'totpStep'],
  recoveryCodes: ['recoveryCodes'],
}

/** The change that removes the credentials that a user has set in an epoch or later. */
export function withoutCredentialsSince(user: Pick<User, 'since' | 'passkeys'>, epoch: number): UserChange {
  const { since = {}, passkeys = {} } = user
  const removed = DATED_CREDENTIALS.filter((credential) => (since[credential] ?? 0) >= epoch)
  const fields = removed.flatMap((credential) => FIELDS[credential])
  const isKept = ([, passkey]: [string, Passkey]) => passkey.since < epoch
  const kept = Object.fromEntries(Object.entries(passkeys).filter(isKept))
  const gone = Object.keys(passkeys).filter((id) => !(id in kept))
  if (gone.length === 0) return { removes: fields }
  if (Object.keys(kept).length === 0) return { removes: [...fields, 'passkeys', 'passkeyCounts', 'passkeyUsedAt'] }
  const uses = gone.flatMap((id) => [`passkeyCounts.${id}`, `passkeyUsedAt.${id}`] as const)
  return { passkeys: kept, removes: [...fields, ...uses] }
}
