import { createUsers } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { createClient, dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { parseEmail } from '../../lib/email.ts'
import { heldScopes, type Scope } from '../../lib/scope.ts'
import type { CreatedSession } from '../../lib/sessions/create-session.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { type Clock, systemClock } from '../../lib/system.ts'
import type { User } from '../../lib/user.ts'
import { readService } from '../../local/service.ts'
import { createMissingTables } from '../../local/tables.ts'

/** The limit of one attempt that a deployed service has (`DATASTORE_TIMEOUT_MS`). */
export const TIMEOUT_MS = 800

export const IP = '192.0.2.7'
/** A browser's user agent is half of an ordinary row. */
export const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

export interface Tables {
  readonly sessions: string
  readonly users: string
  readonly attempts: string
}

/** Tables of one's own, as they are deployed. */
export async function createTables(endpoint: string, prefix: string): Promise<Tables> {
  const tables = { sessions: `${prefix}-sessions`, users: `${prefix}-users`, attempts: `${prefix}-attempts` }
  const params = { sessionsTable: tables.sessions, usersTable: tables.users, attemptsTable: tables.attempts }
  const { resources } = await readService('.', { stage: 'local', params })
  await createMissingTables(createClient({ endpoint, timeoutMs: 5000 }), resources)
  return tables
}

export type Coatcheck = ReturnType<typeof openCoatcheck>

/** The library over an engine, with the defaults of a deployed service. */
export function openCoatcheck(endpoint: string, tables: Tables, clock: Clock = systemClock) {
  const client = createClient({ endpoint, timeoutMs: TIMEOUT_MS })
  const store = dynamodbSessionStore({ client, tableName: tables.sessions })
  const userStore = dynamodbUserStore({ client, tableName: tables.users })
  const sessions = createSessions({ store, clock })
  return { client, store, userStore, sessions, users: createUsers({ store: userStore, clock }) }
}

export interface Guest {
  readonly user: User
  readonly session: CreatedSession['session']
  readonly token: string
}

let guests = 0

/** A signed-in user. */
export async function createGuest(
  { users, userStore, sessions }: Coatcheck,
  { scopes = [], passwordHash }: { scopes?: readonly string[]; passwordHash?: string } = {},
): Promise<Guest> {
  const email = parseEmail(`guest-${process.pid}-${++guests}@example.com`)
  if (!email) throw new TypeError('not an email')
  const granted = scopes as readonly Scope[]
  const user = await users.register({ email, name: 'A Guest', scopes: granted, passwordHash }, startDeadline())
  const created = await sessions.create(
    { user, scopes: heldScopes(user), ip: IP, userAgent: USER_AGENT },
    { get: (id, deadline) => userStore.get(id, deadline) },
  )
  if (!created) throw new Error('the user has changed while a session was created')
  return { user, session: created.session, token: created.token.reveal() }
}
