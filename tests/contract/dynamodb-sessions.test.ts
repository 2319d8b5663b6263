import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbSessionStore } from '../../lib/dynamodb/index.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { SessionStore } from '../../lib/ports.ts'
import { type DatastoreProxy, startProxy } from '../support/proxy.ts'
import { NOW, sampleRow } from '../support/samples.ts'
import { createTestClient, createTestTables } from '../support/tables.ts'

// The DynamoDB session store with failing calls.

let proxy: DatastoreProxy
let store: SessionStore
beforeAll(async () => {
  const tables = await createTestTables()
  proxy = await startProxy(inject('endpoint'))
  const client = createTestClient(proxy.endpoint)
  store = dynamodbSessionStore({ client, tableName: tables.sessions })
})
afterEach(() => {
  proxy.fault = undefined
})
afterAll(() => proxy.close())

const soon = () => startDeadline(60)
const failFirst = () => {
  proxy.calls.length = 0
  proxy.fault = ({ attempt }) => (attempt === 1 ? 'failed' : undefined)
}
const operations = () => proxy.calls.map(({ operation }) => operation)

test('creates a session with one try, so that no late retry restores a deleted row', async () => {
  const row = sampleRow()
  failFirst()
  await expect(store.create(row, soon())).rejects.toThrow(UnavailableError)
  expect(operations()).toEqual(['PutItem'])
  expect(await store.get(row.userId, row.id, soon())).toBeUndefined()
})

test('renews a session with one try', async () => {
  const row = sampleRow()
  await store.create(row, soon())
  failFirst()
  const to = { lastSeenAt: NOW + 900, expiresAt: NOW + 900 + 604_800 }
  await expect(store.renew(row, to, soon())).rejects.toThrow(UnavailableError)
  expect(operations()).toEqual(['UpdateItem'])
  expect(await store.get(row.userId, row.id, soon())).toEqual(row)
})

test('retries the deletion of a session', async () => {
  const row = sampleRow()
  await store.create(row, soon())
  failFirst()
  expect(await store.delete(row.userId, row.id, soon())).toBe('deleted')
  expect(operations()).toEqual(['DeleteItem', 'DeleteItem'])
})

test('reads a session with a strongly consistent read', async () => {
  const row = sampleRow()
  await store.create(row, soon())
  proxy.calls.length = 0
  await store.get(row.userId, row.id, soon())
  await store.list(row.userId, soon())
  await store.deleteBelowEpoch(row.userId, 0, NOW, soon())
  expect(proxy.calls.map(({ consistent }) => consistent)).toEqual([true, true, true])
})
