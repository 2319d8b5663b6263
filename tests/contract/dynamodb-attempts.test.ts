import { ConditionalCheckFailedException, type DynamoDBClient, type UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { nanoid } from 'nanoid'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import type { Item } from '../../lib/dynamodb/item.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { AttemptKey, AttemptStore } from '../../lib/ports.ts'
import { waitOf } from '../support/attempts.ts'
import { type DatastoreProxy, startProxy } from '../support/proxy.ts'
import { NOW } from '../support/samples.ts'
import { createTestClient, createTestTables, type TestTables } from '../support/tables.ts'

// The DynamoDB attempt store with failing calls and corrupt items.

let tables: TestTables
let proxy: DatastoreProxy
let store: AttemptStore
beforeAll(async () => {
  tables = await createTestTables()
  proxy = await startProxy(inject('endpoint'))
  const client = createTestClient(proxy.endpoint)
  store = dynamodbAttemptStore({ client, tableName: tables.attempts })
})
afterEach(() => {
  proxy.fault = undefined
})
afterAll(() => proxy.close())

const DAY = 86_400
const budget = { limit: 3, windowSeconds: 900, windowDoubles: true }
const soon = () => startDeadline(60)
const newKey = () => nanoid() as AttemptKey
const stored = async (key: AttemptKey) => tables.get(tables.attempts, { key: { S: key } })
const put = (key: AttemptKey, attributes: Item) => tables.put(tables.attempts, { key: { S: key }, ...attributes })
const round = (changes: Record<string, number>): Item =>
  Object.fromEntries(
    Object.entries({ taken: 3, windowSeconds: 900, opensAt: NOW, expiresAt: NOW + DAY, ...changes }).map(
      ([name, value]) => [name, { N: String(value) }],
    ),
  )
const failFirst = () => {
  proxy.fault = ({ attempt }) => (attempt === 1 ? 'applied but failed' : undefined)
}

test('counts an attempt twice if the SDK repeats an applied write, and never zero times', async () => {
  const key = newKey()
  failFirst()
  expect(waitOf(await store.reserve(key, budget, NOW, soon()), NOW)).toBe(0)
  expect((await stored(key))?.taken?.N).toBe('2')
  await put(key, round({}))
  expect(waitOf(await store.reserve(key, budget, NOW, soon()), NOW)).toBe(0)
  expect(Number((await stored(key))?.taken?.N)).toBeGreaterThanOrEqual(2)
})

test('gives an attempt back with one try, so that no retry gives it back twice', async () => {
  const key = newKey()
  await put(key, round({}))
  failFirst()
  await expect(store.release(key, soon())).rejects.toThrow(UnavailableError)
  expect((await stored(key))?.taken?.N).toBe('2')
})

test('clears a counter with one try, so that no late retry forgets newer attempts', async () => {
  const key = newKey()
  await put(key, round({}))
  proxy.fault = ({ attempt }) => (attempt === 1 ? 'failed' : undefined)
  await expect(store.reset(key, soon())).rejects.toThrow(UnavailableError)
  expect((await stored(key))?.taken?.N).toBe('3')
  proxy.fault = undefined
  expect(await store.reset(key, soon())).toBe(true)
  expect(await store.reset(key, soon())).toBe(false)
})

test('grants an attempt with one write and refuses one with at most one more read', async () => {
  const key = newKey()
  const from = proxy.calls.length
  for (let attempt = 0; attempt < 3; attempt++) await store.reserve(key, budget, NOW, soon())
  expect(proxy.calls.slice(from).map(({ operation }) => operation)).toEqual(Array(3).fill('UpdateItem'))
  expect(waitOf(await store.reserve(key, budget, NOW, soon()), NOW)).toBe(900)
  const [write, read, ...others] = proxy.calls.slice(from + 3)
  expect(write?.operation).toBe('UpdateItem')
  expect([undefined, 'GetItem']).toContain(read?.operation)
  expect(read?.consistent ?? true).toBe(true)
  expect(others).toEqual([])
})

test.each<[string, Item]>([
  ['the attributes of a mark', { expiresAt: { N: String(NOW) } }],
  ['no attribute but the key', {}],
  ['texts', { ...round({}), opensAt: { S: 'soon' } }],
  ['a negative number', round({ taken: -1, opensAt: NOW - 1 })],
])('throws UnavailableError for a stored counter with %s', async (_, item) => {
  const key = newKey()
  await put(key, item)
  await expect(store.reserve(key, budget, NOW, soon())).rejects.toThrow(UnavailableError)
})

test('shortens a stored window of more than a day and replaces a stored window of zero', async () => {
  for (const [windowSeconds, next] of [
    [10 * DAY, DAY],
    [0, 900],
  ] as const) {
    const key = newKey()
    await put(key, round({ windowSeconds }))
    await store.reserve(key, budget, NOW, soon())
    expect(await stored(key)).toMatchObject(
      round({ taken: 1, windowSeconds: next, opensAt: NOW + next, expiresAt: NOW + 2 * DAY }),
    )
  }
})

test('throws UnavailableError for an unreadable mark', async () => {
  const key = newKey()
  await put(key, { expiresAt: { S: 'never' } })
  await expect(store.getMark(key, soon())).rejects.toThrow(UnavailableError)
})

test('takes an attempt of the new round if another call starts that round first', async () => {
  const key = newKey()
  await put(key, round({}))
  let refusals = 0
  // As an engine that does not return the item with a refusal: the read that follows finds the new round.
  const overtaken = {
    send: (command: UpdateItemCommand, ...rest: []) =>
      tables.client.send(command, ...rest).catch(async (error) => {
        if (++refusals === 1) expect(waitOf(await store.reserve(key, budget, NOW, soon()), NOW)).toBe(0)
        throw Object.assign(error, { Item: undefined })
      }),
  } as unknown as DynamoDBClient
  const late = dynamodbAttemptStore({ client: overtaken, tableName: tables.attempts })
  expect(waitOf(await late.reserve(key, budget, NOW, soon()), NOW)).toBe(0)
  expect(refusals).toBe(1)
  expect((await stored(key))?.taken?.N).toBe('2')
})

test('throws UnavailableError after ten refused writes to a counter', async () => {
  const key = newKey()
  let calls = 0
  const busy = {
    send: async () => {
      calls++
      throw new ConditionalCheckFailedException({
        $metadata: {},
        message: 'no',
        Item: { key: { S: key }, ...round({}) },
      })
    },
  } as unknown as DynamoDBClient
  const restless = dynamodbAttemptStore({ client: busy, tableName: tables.attempts })
  await expect(restless.reserve(key, budget, NOW, soon())).rejects.toThrow(UnavailableError)
  expect(calls).toBe(10)
})
