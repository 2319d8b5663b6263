import { type Config, parseConfig } from '../lib/config.ts'
import { createClient, type DynamoDBClient, dynamodbSessionStore } from '../lib/dynamodb/index.ts'
import { jsonLog } from '../lib/log.ts'
import { createSessions, type Sessions } from '../lib/sessions/sessions.ts'

let config: Config | undefined
let sessions: Sessions | undefined

/** What the options of the middleware fall back on: the environment variables of the README, read once. */
export function defaultConfig(): Config {
  config ??= parseConfig(process.env, { origin: false }) // who takes bearer tokens alone need not say one
  return config
}

/** The sessions in the table that `SESSIONS_TABLE` names, opened when first asked for. */
export function defaultSessions(): Sessions {
  sessions ??= openSessions(defaultConfig(), openClient(defaultConfig()))
  return sessions
}

/** A client for the engine that a configuration names. */
export function openClient({ endpoint, datastoreTimeoutMs }: Config): DynamoDBClient {
  return createClient({ endpoint, timeoutMs: datastoreTimeoutMs })
}

/** The sessions of a configuration's table, under its policy. */
export function openSessions({ tables, policy, sessionCap: cap }: Config, client: DynamoDBClient): Sessions {
  const store = dynamodbSessionStore({ client, tableName: tables.sessions, log: jsonLog })
  return createSessions({ store, ...policy, cap, log: jsonLog })
}
