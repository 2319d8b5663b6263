import { beforeAll, inject } from 'vitest'
import { dynamodbChallengeStore } from '../../lib/dynamodb/challenge-store.ts'
import { dynamodbCodeChallengeStore } from '../../lib/dynamodb/code-challenge-store.ts'
import { dynamodbIdentityStore } from '../../lib/dynamodb/identity-store.ts'
import { dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { dynamodbInvitationStore } from '../../lib/dynamodb/invitation-store.ts'
import { dynamodbOutboxStore } from '../../lib/dynamodb/outbox-store.ts'
import { dynamodbPasskeyChallengeStore } from '../../lib/dynamodb/passkey-challenge-store.ts'
import { dynamodbProviderSessionStore } from '../../lib/dynamodb/provider-session-store.ts'
import { dynamodbTicketStore } from '../../lib/dynamodb/ticket-store.ts'
import { dynamodbUsedTokenStore } from '../../lib/dynamodb/used-token-store.ts'
import { createTestTables, type TestTables } from '../support/tables.ts'
import { identityStoreContract, providerSessionStoreContract, usedTokenStoreContract } from './identity-stores.ts'
import { invitationStoreContract } from './invitation-store.ts'
import { codeChallengeContract, oneTimeContract } from './one-time-stores.ts'
import { outboxStoreContract } from './outbox-store.ts'
import { userFactorsContract } from './user-factors.ts'

// The DynamoDB stores of mailed links, second factors and identities.

let tables: TestTables
beforeAll(async () => {
  tables = await createTestTables()
})

const engine = inject('engine')
userFactorsContract(engine, () => dynamodbUserStore({ client: tables.client, tableName: tables.users }))
oneTimeContract(engine, () => {
  const table = { client: tables.client, tableName: tables.attempts }
  return {
    tickets: dynamodbTicketStore(table),
    challenges: dynamodbChallengeStore(table),
    passkeys: dynamodbPasskeyChallengeStore(table),
  }
})
codeChallengeContract(engine, () => dynamodbCodeChallengeStore({ client: tables.client, tableName: tables.attempts }))
identityStoreContract(engine, () => dynamodbIdentityStore({ client: tables.client, tableName: tables.users }))
providerSessionStoreContract(engine, () =>
  dynamodbProviderSessionStore({ client: tables.client, tableName: tables.attempts }),
)
usedTokenStoreContract(engine, () => dynamodbUsedTokenStore({ client: tables.client, tableName: tables.attempts }))
invitationStoreContract(engine, (clock) =>
  dynamodbInvitationStore({ client: tables.client, tableName: tables.outbox, clock }),
)
outboxStoreContract(engine, (system) =>
  dynamodbOutboxStore({ client: tables.client, tableName: tables.outbox, ...system }),
)
