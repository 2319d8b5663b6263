import type { Config } from '../../lib/config.ts'
import { dynamodbIdentityStore } from '../../lib/dynamodb/identity-store.ts'
import type { DynamoDBClient } from '../../lib/dynamodb/index.ts'
import { dynamodbProviderSessionStore } from '../../lib/dynamodb/provider-session-store.ts'
import type { IdentityStores } from './app.ts'

/** Opens the stores of identities, for `openApp`. */
export function openIdentityStores({ tables }: Config, client: DynamoDBClient): IdentityStores {
  return {
    identityStore: dynamodbIdentityStore({ client, tableName: tables.users }),
    providerSessions: dynamodbProviderSessionStore({ client, tableName: tables.attempts }),
  }
}
