import { beforeAll, inject } from 'vitest'
import { dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { createTestTables, type TestTables } from '../support/tables.ts'
import { sessionStoreContract } from './session-store.ts'
import { userStoreContract } from './user-store.ts'

let tables: TestTables
beforeAll(async () => {
  tables = await createTestTables()
})

const engine = inject('engine')
sessionStoreContract(engine, () => dynamodbSessionStore({ client: tables.client, tableName: tables.sessions }))
userStoreContract(engine, () => dynamodbUserStore({ client: tables.client, tableName: tables.users }))
