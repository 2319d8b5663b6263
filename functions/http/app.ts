import { type Accounts, createAccounts } from '../../lib/accounts/accounts.ts'
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
export interface App extends BareApp, Accounts {
  readonly client: DynamoDBClient
  readonly sessions: Sessions
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
  return { config, log, client, sessions, ...createAccounts({ store, sessions, log }) }
}
