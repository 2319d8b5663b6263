import { DATED_CREDENTIALS, type DatedCredential, type User } from '../user.ts'
import type { RemovableField } from '../user-change.ts'

/** What goes with each credential. */
const FIELDS: Readonly<Record<DatedCredential, readonly RemovableField[]>> = {
  passwordHash: ['passwordHash'],
  totp: ['totp', 'totpStep'],
  recoveryCodes: ['recoveryCodes'],
}

/** The fields of the credentials that a user has set in an epoch or later. */
export function credentialsSince({ since = {} }: Pick<User, 'since'>, epoch: number): RemovableField[] {
  return DATED_CREDENTIALS.filter((credential) => (since[credential] ?? 0) >= epoch).flatMap((field) => FIELDS[field])
}
