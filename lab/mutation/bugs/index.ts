import { ATTEMPTS } from './attempts.ts'
import { CHECKING_SESSIONS } from './checking-sessions.ts'
import { CREATING_SESSIONS } from './creating-sessions.ts'
import { CREDENTIALS } from './credentials.ts'
import { IDENTITIES } from './identities.ts'
import { MAILED_LINKS } from './mailed-links.ts'
import { REPLACING_SESSIONS } from './replacing-sessions.ts'
import { REVOKING_SESSIONS } from './revoking-sessions.ts'
import { SECOND_FACTORS } from './second-factors.ts'
import type { SeededBug } from './seeded-bug.ts'
import { USERS } from './users.ts'

/** Every seeded bug: `npm run mutants` shows which test catches it, and the proof catches those with an id. */
export const SEEDED_BUGS: readonly SeededBug[] = [
  ...CREATING_SESSIONS,
  ...CHECKING_SESSIONS,
  ...REPLACING_SESSIONS,
  ...REVOKING_SESSIONS,
  ...USERS,
  ...ATTEMPTS,
  ...CREDENTIALS,
  ...MAILED_LINKS,
  ...SECOND_FACTORS,
  ...IDENTITIES,
]
