import { createRevocations, type Revocations } from '../../lib/accounts/revocations.ts'
import { createUserAdministration, type UserAdministration } from '../../lib/accounts/user-administration.ts'
import { createUsers, type Users } from '../../lib/accounts/users.ts'
import { type Config, parseConfig } from '../../lib/config.ts'
import { type DynamoDBClient, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { jsonLog } from '../../lib/log.ts'
import type { Log } from '../../lib/ports.ts'
import type { Sessions } from '../../lib/sessions/sessions.ts'
import { openClient, openSessions } from '../../middleware/defaults.ts'

/** What every function has. */
export interface BareApp {
  readonly config: Config
  readonly log: Log
}

/** What the functions that touch tables are made of, built once for each Lambda environment. */
export interface App extends BareApp {
  readonly client: DynamoDBClient
  readonly sessions: Sessions
  readonly users: Users
  readonly revocations: Revocations
  readonly administration: UserAdministration
}

/** For a function without tables: its bundle has no SDK in it. */
export function openBareApp(): BareApp {
  return { config: parseConfig(process.env), log: jsonLog }
}

/**
 * The composition root: environment, configuration, client, stores, services. A function that hashes passwords says
 * so, since only those are given the pepper.
 * @throws ConfigError, which fails the function's start: better than serving with half a configuration.
 */
export function openApp(needs: { pepper?: boolean } = {}): App {
  const config = parseConfig(process.env, needs)
  const log = jsonLog
  const client = openClient(config)
  const sessions = openSessions(config, client)
  const store = dynamodbUserStore({ client, tableName: config.tables.users, log })
  const users = createUsers({ store })
  const revocations = createRevocations({ store, users, sessions, log })
  const administration = createUserAdministration({ store, users, revocations })
  return { config, log, client, sessions, users, revocations, administration }
}
