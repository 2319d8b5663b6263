import { type Accounts, createAccounts } from '../../lib/accounts/accounts.ts'
import { type Config, parseConfig } from '../../lib/config.ts'
import { type ConsoleConfig, parseConsoleConfig } from '../../lib/console/console-config.ts'
import { type DynamoDBClient, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import type { IdentityStore } from '../../lib/identity/identity.ts'
import { jsonLog } from '../../lib/log.ts'
import { type MailConfig, parseMailConfig } from '../../lib/mail/mail-config.ts'
import type { Log, UserStore } from '../../lib/ports.ts'
import type { ProviderSessionStore } from '../../lib/provider-session.ts'
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

/** The stores of a function that signs users in by identities, or ends what such sign-ins made. */
export interface IdentityStores {
  readonly identityStore: IdentityStore
  readonly providerSessions: ProviderSessionStore
}

/** What a function opens besides the tables. */
export interface AppOptions {
  readonly pepper?: boolean
  readonly passwordHash?: boolean
  readonly factors?: boolean
  /** Whether users have their identities. Default: if there are stores of them, or with `factors`. */
  readonly withIdentities?: boolean
  /** Opens the stores of identities, given by the functions that use them, so that no other bundle has them. */
  readonly identities?: (config: Config, client: DynamoDBClient) => IdentityStores
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
export function openApp(options: AppOptions = {}): App {
  const { pepper = false, passwordHash = false, factors = false, identities } = options
  const { withIdentities = factors || identities !== undefined } = options
  const config = parseConfig(process.env, { pepper })
  const log = jsonLog
  const client = openClient(config)
  const stores = identities?.(config, client)
  const sessions = openSessions(config, client, stores)
  const userStore = dynamodbUserStore({
    ...{ client, tableName: config.tables.users, log },
    ...{ omitPasswordHash: !passwordHash, withFactors: factors, withIdentities },
  })
  const accounts = createAccounts({ store: userStore, sessions, log, ...stores })
  return { config, log, client, sessions, userStore, ...accounts }
}

/** The configuration of the function that serves the console. */
export function openConsoleConfig(config: Config): ConsoleConfig {
  return parseConsoleConfig(process.env, config)
}

/** The configuration of the function that sends mail; `undefined` without `MAILER`. */
export function openMailConfig(config: Config): MailConfig | undefined {
  return parseMailConfig(process.env, config)
}

/** The configuration of signed tokens and receipts; `undefined` without `TOKEN_KEYS`. @throws ConfigError if it is invalid */
export function openTokenConfig(config: Config): TokenConfig | undefined {
  return parseTokenConfig(process.env, config)
}
