import type { Config } from '../../lib/config.ts'
import { createClient, type DynamoDBClient, dynamodbSessionStore } from '../../lib/dynamodb/index.ts'
import { jsonLog } from '../../lib/log.ts'
import { createSessions, type Sessions } from '../../lib/sessions/sessions.ts'
import type { SessionsOptions } from '../../lib/sessions/sessions-options.ts'

/** Opens a client for a configuration's DynamoDB endpoint. */
export function openClient({ endpoint, datastoreTimeoutMs }: Config): DynamoDBClient {
  return createClient({ endpoint, timeoutMs: datastoreTimeoutMs })
}

/** Opens the sessions of a configuration's table, with its timeouts. */
export function openSessions(
  { tables, policy, sessionCap: cap }: Config,
  client: DynamoDBClient,
  more: Pick<SessionsOptions, 'providerSessions'> = {},
): Sessions {
  const store = dynamodbSessionStore({ client, tableName: tables.sessions, log: jsonLog })
  return createSessions({ store, ...policy, ...more, cap, log: jsonLog })
}
