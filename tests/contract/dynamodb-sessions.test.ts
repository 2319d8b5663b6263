import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbSessionStore } from '../../lib/dynamodb/index.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { SessionStore } from '../../lib/ports.ts'
import { type DatastoreProxy, startProxy } from '../support/proxy.ts'
import { NOW, sampleRow } from '../support/samples.ts'
import { createTestClient, createTestTables } from '../support/tables.ts'

// What the sessions table's own store does where the datastore is not as it should be.

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

const soon = () => startDeadline()
const failFirst = () => {
  proxy.calls.length = 0
  proxy.fault = ({ attempt }) => (attempt === 1 ? 'failed' : undefined)
}
const operations = () => proxy.calls.map(({ operation }) => operation)

// What is repeated may land long after, in the place of what has been deleted meanwhile.
test('a session is created with one attempt', async () => {
  const row = sampleRow()
  failFirst()
  await expect(store.create(row, soon())).rejects.toThrow(UnavailableError)
  expect(operations()).toEqual(['PutItem'])
  expect(await store.get(row.userId, row.id, soon())).toBeUndefined()
})

test('a session is renewed with one attempt', async () => {
  const row = sampleRow()
  await store.create(row, soon())
  failFirst()
  const to = { lastSeenAt: NOW + 900, expiresAt: NOW + 900 + 604_800 }
  await expect(store.renew(row, to, soon())).rejects.toThrow(UnavailableError)
  expect(operations()).toEqual(['UpdateItem'])
  expect(await store.get(row.userId, row.id, soon())).toEqual(row)
})

test('a session is deleted with as many attempts as it takes', async () => {
  const row = sampleRow()
  await store.create(row, soon())
  failFirst()
  expect(await store.delete(row.userId, row.id, soon())).toBe('deleted')
  expect(operations()).toEqual(['DeleteItem', 'DeleteItem'])
})

test('a session is looked up strongly consistent', async () => {
  const row = sampleRow()
  await store.create(row, soon())
  proxy.calls.length = 0
  await store.get(row.userId, row.id, soon())
  await store.list(row.userId, soon())
  await store.deleteBelowEpoch(row.userId, 0, NOW, soon())
  expect(proxy.calls.map(({ consistent }) => consistent)).toEqual([true, true, true])
})
