import { ATTEMPTS } from './attempts.ts'
import { CHECKING_SESSIONS } from './checking-sessions.ts'
import { CREATING_SESSIONS } from './creating-sessions.ts'
import { CREDENTIALS } from './credentials.ts'
import { EMAIL_CHANGES } from './email-changes.ts'
import { IDENTITIES } from './identities.ts'
import { INVITATIONS } from './invitations.ts'
import { MAILED_CODES } from './mailed-codes.ts'
import { MAILED_LINKS } from './mailed-links.ts'
import { PASSKEYS } from './passkeys.ts'
import { REPLACING_SESSIONS } from './replacing-sessions.ts'
import { REQUIRED_PASSWORDS } from './required-passwords.ts'
import { REVOKING_SESSIONS } from './revoking-sessions.ts'
import { SECOND_FACTORS } from './second-factors.ts'
import type { SeededBug } from './seeded-bug.ts'
import { USERS } from './users.ts'

/** Every seeded bug: `npm run mutants` shows which test catches it, and the proof catches those with an id. */
export const SEEDED_BUGS: readonly SeededBug[] = [
  ...CREATING_SESSIONS,
  ...CHECKING_SESSIONS,
  ...REPLACING_SESSIONS,
  ...REQUIRED_PASSWORDS,
  ...REVOKING_SESSIONS,
  ...USERS,
  ...ATTEMPTS,
  ...CREDENTIALS,
  ...MAILED_LINKS,
  ...EMAIL_CHANGES,
  ...INVITATIONS,
  ...MAILED_CODES,
  ...SECOND_FACTORS,
  ...PASSKEYS,
  ...IDENTITIES,
]
