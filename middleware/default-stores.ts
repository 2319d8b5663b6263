import type { Config } from '../lib/config.ts'
import { createClient, type DynamoDBClient, dynamodbSessionStore } from '../lib/dynamodb/index.ts'
import { dynamodbUserReader } from '../lib/dynamodb/user-reader.ts'
import { jsonLog } from '../lib/log.ts'
import { createSessions, type Sessions } from '../lib/sessions/sessions.ts'
import type { SessionsOptions } from '../lib/sessions/sessions-options.ts'
import { defaultConfig, installedDefaults, type UserReader } from './defaults.ts'

let client: DynamoDBClient | undefined
let sessions: Sessions | undefined
let users: UserReader | undefined

/** The sessions in the table `SESSIONS_TABLE`, opened on first use. */
export function defaultSessions(): Sessions {
  const installed = installedDefaults()
  if (installed) return installed.sessions
  sessions ??= openSessions(defaultConfig(), defaultClient())
  return sessions
}

/** The users in the table `USERS_TABLE` without their password hashes, opened on first use. */
export function defaultUsers(): UserReader {
  const installed = installedDefaults()
  if (installed) return installed.users
  users ??= openUsers(defaultConfig(), defaultClient())
  return users
}

function defaultClient(): DynamoDBClient {
  client ??= openClient(defaultConfig())
  return client
}

/** Opens a client for a configuration's DynamoDB endpoint. */
export function openClient({ endpoint, datastoreTimeoutMs }: Config): DynamoDBClient {
  return createClient({ endpoint, timeoutMs: datastoreTimeoutMs })
}

/**
 * Opens the sessions of a configuration's table, with its timeouts.
 * @param more what functions need that make sessions of a provider
 */
export function openSessions(
  { tables, policy, sessionCap: cap }: Config,
  client: DynamoDBClient,
  more: Pick<SessionsOptions, 'providerSessions'> = {},
): Sessions {
  const store = dynamodbSessionStore({ client, tableName: tables.sessions, log: jsonLog })
  return createSessions({ store, ...policy, ...more, cap, log: jsonLog })
}

function openUsers({ tables }: Config, client: DynamoDBClient): UserReader {
  return dynamodbUserReader({ client, tableName: tables.users, log: jsonLog, omitPasswordHash: true })
}
