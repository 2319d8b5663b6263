import { readItems } from '../lib/dynamodb/get-item.ts'
import { type LazyConnection, lazyConnection } from '../lib/dynamodb/lazy-connection.ts'
import { sessionCheckStore } from '../lib/dynamodb/session-check-store.ts'
import { dynamodbUserReader } from '../lib/dynamodb/user-reader.ts'
import { jsonLog } from '../lib/log.ts'
import { createSessionChecks, type SessionChecks } from '../lib/sessions/session-checks.ts'
import { createStalenessCache } from '../lib/sessions/staleness-cache.ts'
import { defaultConfig, installedDefaults, processEnvironment, type UserReader } from './defaults.ts'

// No import of the AWS SDK here: the connection loads it when it is needed.

let connection: LazyConnection | undefined
let sessions: SessionChecks | undefined
let users: UserReader | undefined

/** The sessions in the table `SESSIONS_TABLE`, opened on first use. */
export function defaultSessions(): SessionChecks {
  const installed = installedDefaults()
  if (installed) return installed.sessions
  sessions ??= openSessions()
  return sessions
}

/** The users in the table `USERS_TABLE` without their password hashes, opened on first use. */
export function defaultUsers(): UserReader {
  const installed = installedDefaults()
  if (installed) return installed.users
  users ??= openUsers()
  return users
}

function defaultConnection(): LazyConnection {
  const { endpoint, datastoreTimeoutMs } = defaultConfig()
  connection ??= lazyConnection({ environment: processEnvironment(), endpoint, timeoutMs: datastoreTimeoutMs })
  return connection
}

function openSessions(): SessionChecks {
  const { getItem, updateItem } = defaultConnection()
  const { tables, policy } = defaultConfig()
  const tableName = tables.sessions
  const store = sessionCheckStore({ read: readItems(getItem, tableName), updateItem, tableName, log: jsonLog })
  return createSessionChecks({ store, ...policy, log: jsonLog }, createStalenessCache())
}

function openUsers(): UserReader {
  const { getItem } = defaultConnection()
  const tableName = defaultConfig().tables.users
  return dynamodbUserReader({ read: readItems(getItem, tableName), tableName, log: jsonLog, omitPasswordHash: true })
}
