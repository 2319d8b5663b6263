import { DATED_CREDENTIALS, type DatedCredential, type User } from '../user.ts'
import type { RemovableField, UserChange } from '../user-change.ts'

/** What goes with each credential. */
const FIELDS: Readonly<Record<DatedCredential, readonly RemovableField[]>> = {
  passwordHash: ['passwordHash'],
  totp: ['totp', 'totpStep'],
  recoveryCodes: ['recoveryCodes'],
}

type Credentials = Pick<User, 'since' | 'passkeys' | 'identities'>

/** The change that removes the credentials that a user has set, and the identities linked, in an epoch or later. */
export function withoutCredentialsSince({ since = {}, passkeys, identities }: Credentials, epoch: number): UserChange {
  const removed = DATED_CREDENTIALS.filter((credential) => (since[credential] ?? 0) >= epoch)
  const fields = removed.flatMap((credential) => FIELDS[credential])
  const [keys, links] = [before(epoch, passkeys), before(epoch, identities)]
  const uses = keys.gone.flatMap((id) => [`passkeyCounts.${id}`, `passkeyUsedAt.${id}`] as const)
  return {
    ...(keys.kept && keys.gone.length > 0 && { passkeys: keys.kept }),
    ...(links.kept && links.gone.length > 0 && { identities: links.kept }),
    removes: [
      ...fields,
      ...(keys.kept ? uses : (['passkeys', 'passkeyCounts', 'passkeyUsedAt'] as const)),
      ...(links.kept ? [] : (['identities'] as const)),
    ],
  }
}

/** What of a map was set before an epoch, `undefined` if nothing of it was; and the keys of the rest. */
function before<Dated extends { readonly since: number }>(epoch: number, all: Readonly<Record<string, Dated>> = {}) {
  const entries = Object.entries(all)
  const gone = entries.filter(([, { since }]) => since >= epoch).map(([key]) => key)
  const isEmpty = gone.length > 0 && gone.length === entries.length
  return { gone, kept: isEmpty ? undefined : Object.fromEntries(entries.filter(([key]) => !gone.includes(key))) }
}
