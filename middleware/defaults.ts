import { type Config, parseConfig } from '../lib/config.ts'
import { createClient } from '../lib/dynamodb/client.ts'
import { dynamodbSessionStore } from '../lib/dynamodb/session-store.ts'
import { jsonLog } from '../lib/log.ts'
import { createSessions, type Sessions } from '../lib/sessions.ts'

/** What `requireSession` falls back on: the environment variables of the README, read once and only when needed. */
export function defaultConfig(): Config {
  config ??= parseConfig(process.env)
  return config
}

/** The sessions in the table that `SESSIONS_TABLE` names. */
export function defaultSessions(): Sessions {
  const { endpoint, datastoreTimeoutMs, tables, policy } = defaultConfig()
  sessions ??= createSessions({
    store: dynamodbSessionStore({
      client: createClient({ endpoint, timeoutMs: datastoreTimeoutMs }),
      tableName: tables.sessions,
      log: jsonLog,
    }),
    ...policy,
    log: jsonLog,
  })
  return sessions
}

let config: Config | undefined
let sessions: Sessions | undefined
