import type { IdentityStore } from '../identity/identity.ts'
import type { Log, UserStore } from '../ports.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Clock, RandomText } from '../system.ts'
import { createRevocations, type Revocations } from './revocations.ts'
import { createUserAdministration, type UserAdministration } from './user-administration.ts'
import { createUsers, type Users } from './users.ts'

/** The services on the users table, wired to each other. */
export interface Accounts {
  readonly users: Users
  readonly revocations: Revocations
  readonly administration: UserAdministration
}

/** Wires users, revocations and administration to one store; functions and commands have the same three. */
export function createAccounts({
  store,
  sessions,
  ...system
}: {
  store: UserStore
  sessions: Sessions
  /** For functions that delete users. */
  identityStore?: Pick<IdentityStore, 'releaseIdentity'>
  clock?: Clock
  randomText?: RandomText
  log?: Log
}): Accounts {
  const users = createUsers({ store, ...system })
  const revocations = createRevocations({ store, users, sessions, ...system })
  const administration = createUserAdministration({ store, users, revocations, ...system })
  return { users, revocations, administration }
}
