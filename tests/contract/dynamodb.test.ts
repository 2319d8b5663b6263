import { beforeAll, inject } from 'vitest'
import { dynamodbActivityStore } from '../../lib/dynamodb/activity-store.ts'
import { dynamodbAttemptStore, dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { createTestTables, type TestTables } from '../support/tables.ts'
import { activityStoreContract } from './activity-store.ts'
import { attemptStoreContract } from './attempt-store.ts'
import { sessionStoreContract } from './session-store.ts'
import { userStoreContract } from './user-store.ts'

let tables: TestTables
beforeAll(async () => {
  tables = await createTestTables()
})

const engine = inject('engine')
sessionStoreContract(engine, () => dynamodbSessionStore({ client: tables.client, tableName: tables.sessions }))
userStoreContract(engine, () => dynamodbUserStore({ client: tables.client, tableName: tables.users }))
attemptStoreContract(engine, () => dynamodbAttemptStore({ client: tables.client, tableName: tables.attempts }))
activityStoreContract(engine, () =>
  dynamodbActivityStore({ client: tables.client, tableName: tables.activity, days: 90 }),
)
