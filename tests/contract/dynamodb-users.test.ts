import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { nanoid } from 'nanoid'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { LogEntry, UserStore } from '../../lib/ports.ts'
import type { Email, User } from '../../lib/user.ts'
import { type DatastoreProxy, startProxy } from '../support/proxy.ts'
import { newUserId, sampleUser } from '../support/samples.ts'
import { createTestClient, createTestTables, type TestTables } from '../support/tables.ts'

// The DynamoDB user store with failing calls and corrupt items.

let tables: TestTables
let proxy: DatastoreProxy
let client: DynamoDBClient
let store: UserStore
beforeAll(async () => {
  proxy = await startProxy(inject('endpoint'))
  client = createTestClient(proxy.endpoint)
})
const entries: LogEntry[] = []
const open = async () => {
  tables = await createTestTables()
  store = openWith(client)
}
const openWith = (other: DynamoDBClient) =>
  dynamodbUserStore({ client: other, tableName: tables.users, log: (entry) => entries.push(entry) })
beforeAll(open)
afterEach(() => {
  proxy.fault = undefined
  entries.length = 0
})
afterAll(() => proxy.close())

const soon = () => startDeadline(60)
const point = (email: string, userId: string) =>
  tables.put(tables.users, { pk: { S: `email#${email}` }, userId: { S: userId } })
const register = async (changes: Partial<User> = {}) => {
  const user = sampleUser(changes)
  await store.create(user, soon())
  await store.claimEmail(user.email, { userId: user.id }, undefined, soon())
  return user
}

test('recognizes its own success if the SDK repeats an applied write', async () => {
  const user = await register({ passwordHash: 'old' })
  proxy.fault = ({ attempt }) => (attempt === 1 ? 'applied but failed' : undefined)
  const to = nanoid(21)
  expect(await store.update(user.id, user.changeId, to, { name: 'Ada' }, soon())).toBe(true)
  expect(await store.replacePasswordHash(user.id, 'old', 'new', soon())).toBe(true)
  await store.releaseEmail(user.email, { userId: user.id }, soon())
  proxy.fault = undefined
  expect(await store.get(user.id, soon())).toEqual({ ...user, name: 'Ada', changeId: to, passwordHash: 'new' })
  expect(await store.getPointer(user.email, soon())).toBeUndefined()
})

test('creates a user with one try', async () => {
  const user = sampleUser()
  const from = proxy.calls.length
  proxy.fault = ({ attempt }) => (attempt === 1 ? 'failed' : undefined)
  await expect(store.create(user, soon())).rejects.toThrow(UnavailableError)
  expect(proxy.calls.slice(from).map(({ operation }) => operation)).toEqual(['PutItem'])
  expect(await store.get(user.id, soon())).toBeUndefined()
})

test('lists the readable users and logs each corrupt item without its email', async () => {
  await open()
  const user = await register()
  const corrupt = await register()
  await tables.put(tables.users, { pk: { S: `user#${corrupt.id}` }, email: { S: corrupt.email } })
  await point('Upper@Example.com', user.id)
  await point('nobody@example.com', 'no user id')
  expect(await store.list({ limit: 100 }, soon())).toEqual({ users: [user] })
  const entry = { level: 'error', event: 'corrupt_item', table: tables.users }
  expect(entries).toHaveLength(3)
  expect(entries).toEqual(expect.arrayContaining([entry, entry, { ...entry, userId: corrupt.id }]))
})

test('lists each user once, past pointers without a user and users with several pointers', async () => {
  await open()
  const users = await Promise.all(Array.from({ length: 5 }, () => register()))
  await Promise.all(Array.from({ length: 100 }, (_, i) => point(`nobody${i}@example.com`, newUserId())))
  await Promise.all(users.flatMap(({ id }, i) => [point(`a${i}@example.com`, id), point(`b${i}@example.com`, id)]))
  const listed: User[] = []
  let after: Email | undefined
  do {
    const page = await store.list({ limit: 2, after }, soon())
    listed.push(...page.users)
    if (page.next) expect(page.users).toHaveLength(2)
    after = page.next
  } while (after)
  expect(listed.map(({ id }) => id).sort()).toEqual(users.map(({ id }) => id).sort())
})

test('lists users with one strongly consistent Scan and one batch', async () => {
  await open()
  await register()
  const from = proxy.calls.length
  await store.list({ limit: 10 }, soon())
  expect(proxy.calls.slice(from).map(({ operation }) => operation)).toEqual(['Scan', 'BatchGetItem'])
  expect(proxy.calls[from]?.consistent).toBe(true)
})

test('requests unprocessed keys of a batch again', async () => {
  await open()
  const users = await Promise.all(Array.from({ length: 7 }, () => register()))
  const asked: number[] = []
  // Two keys a call, as if the rest exceeded the size of a response, and without the optional capacity.
  const slow = {
    send: async (command: BatchGetItemCommand, ...rest: []) => {
      if (!(command instanceof BatchGetItemCommand)) return client.send(command, ...rest)
      const { Keys = [], ...how } = command.input.RequestItems?.[tables.users] ?? {}
      expect(how).toEqual({ ConsistentRead: true })
      asked.push(Keys.length)
      const some = { ...command.input, RequestItems: { [tables.users]: { Keys: Keys.slice(0, 2), ...how } } }
      const output = await client.send(new BatchGetItemCommand(some))
      const left = Keys.length > 2 ? { [tables.users]: { Keys: Keys.slice(2), ...how } } : {}
      return { ...output, ConsumedCapacity: undefined, UnprocessedKeys: left }
    },
  } as unknown as DynamoDBClient
  const { users: listed } = await openWith(slow).list({ limit: 100 }, soon())
  expect(listed.map(({ id }) => id).sort()).toEqual(users.map(({ id }) => id).sort())
  expect(asked).toEqual([7, 5, 3, 1])
})
