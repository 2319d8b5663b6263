import { type Config, parseConfig } from '../lib/config.ts'
import { createClient, type DynamoDBClient, dynamodbSessionStore } from '../lib/dynamodb/index.ts'
import type { CorsPolicy } from '../lib/http/cors.ts'
import { jsonLog } from '../lib/log.ts'
import { createSessions, type Sessions } from '../lib/sessions/sessions.ts'

let config: Config | undefined
let sessions: Sessions | undefined

/** The defaults of the middleware's options: the environment variables of the README, read once. */
export function defaultConfig(): Config {
  config ??= parseConfig(process.env, { origin: false }) // not needed for bearer tokens
  return config
}

/** The defaults for CORS. Without trusted origins the rest of the environment need not be valid. */
export function defaultCors(): CorsPolicy {
  return process.env.TRUSTED_ORIGINS ? defaultConfig() : { trustedOrigins: [] }
}

/** The sessions in the table `SESSIONS_TABLE`, opened on first use. */
export function defaultSessions(): Sessions {
  sessions ??= openSessions(defaultConfig(), openClient(defaultConfig()))
  return sessions
}

/** Opens a client for a configuration's DynamoDB endpoint. */
export function openClient({ endpoint, datastoreTimeoutMs }: Config): DynamoDBClient {
  return createClient({ endpoint, timeoutMs: datastoreTimeoutMs })
}

/** Opens the sessions of a configuration's table, with its timeouts. */
export function openSessions({ tables, policy, sessionCap: cap }: Config, client: DynamoDBClient): Sessions {
  const store = dynamodbSessionStore({ client, tableName: tables.sessions, log: jsonLog })
  return createSessions({ store, ...policy, cap, log: jsonLog })
}
