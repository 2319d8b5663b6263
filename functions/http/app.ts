import { type Accounts, createAccounts } from '../../lib/accounts/accounts.ts'
import { type Config, parseConfig } from '../../lib/config.ts'
import { type DynamoDBClient, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { jsonLog } from '../../lib/log.ts'
import { type MailConfig, parseMailConfig } from '../../lib/mail/mail-config.ts'
import type { Log, UserStore } from '../../lib/ports.ts'
import type { Sessions } from '../../lib/sessions/sessions.ts'
import { parseTokenConfig, type TokenConfig } from '../../lib/tokens/token-config.ts'
import type { Middleware } from '../../middleware/middy.ts'
import { openClient, openSessions } from './open-client.ts'

/** The parts of every function. */
export interface BareApp {
  readonly config: Config
  readonly log: Log
  /** Records what requests do, if the function's requests are recorded. */
  readonly recording?: Middleware
}

/** The parts of a function that uses the tables; built once per Lambda environment. */
export interface App extends BareApp, Accounts {
  readonly client: DynamoDBClient
  readonly sessions: Sessions
  readonly userStore: UserStore
}

/** Opens the parts of a function without tables, whose bundle has no AWS SDK. */
export function openBareApp(): BareApp {
  return { config: parseConfig(process.env), log: jsonLog }
}

/**
 * The composition root: environment, configuration, client, stores, services. Only functions that hash passwords need
 * and receive the pepper; only functions that verify them may read hashes, and only those of second factors read these.
 * @throws ConfigError for an invalid configuration; the function then fails to start
 */
export function openApp({ pepper = false, passwordHash = false, factors = false } = {}): App {
  const config = parseConfig(process.env, { pepper })
  const log = jsonLog
  const client = openClient(config)
  const sessions = openSessions(config, client)
  const userStore = dynamodbUserStore({
    ...{ client, tableName: config.tables.users, log },
    ...{ omitPasswordHash: !passwordHash, withFactors: factors },
  })
  return { config, log, client, sessions, userStore, ...createAccounts({ store: userStore, sessions, log }) }
}

/** The configuration of the function that sends mail; `undefined` without `MAILER`. */
export function openMailConfig(config: Config): MailConfig | undefined {
  return parseMailConfig(process.env, config)
}

/** The configuration of signed tokens and receipts; `undefined` without `TOKEN_KEYS`. @throws ConfigError if it is invalid */
export function openTokenConfig(config: Config): TokenConfig | undefined {
  return parseTokenConfig(process.env, config)
}
