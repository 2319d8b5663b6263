import { ConditionalCheckFailedException, type DynamoDBClient, type UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { nanoid } from 'nanoid'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import type { Item } from '../../lib/dynamodb/send.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { AttemptKey, AttemptStore } from '../../lib/ports.ts'
import { type DatastoreProxy, startProxy } from '../support/proxy.ts'
import { NOW } from '../support/samples.ts'
import { createTestClient, createTestTables, type TestTables } from '../support/tables.ts'

// What the attempts table's own store does where the datastore, or what is stored, is not as it should be.

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
const budget = { slots: 3, windowSeconds: 900, grows: true }
const soon = () => startDeadline()
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

test('a repeated take has taken two slots, and never none', async () => {
  const key = newKey()
  failFirst()
  expect(await store.take(key, budget, NOW, soon())).toBe(0)
  expect((await stored(key))?.taken?.N).toBe('2')
  await put(key, round({}))
  expect(await store.take(key, budget, NOW, soon())).toBe(0)
  expect(Number((await stored(key))?.taken?.N)).toBeGreaterThanOrEqual(2)
})

test('a slot is given back once, though the datastore does not say so', async () => {
  const key = newKey()
  await put(key, round({}))
  failFirst()
  await expect(store.giveBack(key, soon())).rejects.toThrow(UnavailableError)
  expect((await stored(key))?.taken?.N).toBe('2')
})

test('a counter is cleared with one attempt: a late repeat would forget what was taken meanwhile', async () => {
  const key = newKey()
  await put(key, round({}))
  proxy.fault = ({ attempt }) => (attempt === 1 ? 'failed' : undefined)
  await expect(store.clear(key, soon())).rejects.toThrow(UnavailableError)
  expect((await stored(key))?.taken?.N).toBe('3')
  proxy.fault = undefined
  expect(await store.clear(key, soon())).toBe(true)
  expect(await store.clear(key, soon())).toBe(false)
})

test('a slot is taken with one write, and refused with one read more at most', async () => {
  const key = newKey()
  const from = proxy.calls.length
  for (let slot = 0; slot < 3; slot++) await store.take(key, budget, NOW, soon())
  expect(proxy.calls.slice(from).map(({ operation }) => operation)).toEqual(Array(3).fill('UpdateItem'))
  expect(await store.take(key, budget, NOW, soon())).toBe(900)
  const [write, read, ...others] = proxy.calls.slice(from + 3)
  expect(write?.operation).toBe('UpdateItem')
  expect([undefined, 'GetItem']).toContain(read?.operation)
  expect(read?.consistent ?? true).toBe(true)
  expect(others).toEqual([])
})

test.each<[string, Item]>([
  ['a mark', { expiresAt: { N: String(NOW) } }],
  ['no attribute but the key', {}],
  ['texts', { ...round({}), opensAt: { S: 'soon' } }],
  ['a negative number', round({ taken: -1, opensAt: NOW - 1 })],
])('a counter that is %s gives no slot', async (_, item) => {
  const key = newKey()
  await put(key, item)
  await expect(store.take(key, budget, NOW, soon())).rejects.toThrow(UnavailableError)
})

test('a stored window of more than a day is cut, and one of nothing is not taken over', async () => {
  for (const [windowSeconds, next] of [
    [10 * DAY, DAY],
    [0, 900],
  ] as const) {
    const key = newKey()
    await put(key, round({ windowSeconds }))
    await store.take(key, budget, NOW, soon())
    expect(await stored(key)).toMatchObject(
      round({ taken: 1, windowSeconds: next, opensAt: NOW + next, expiresAt: NOW + 2 * DAY }),
    )
  }
})

test('a mark that is not readable is not taken for none', async () => {
  const key = newKey()
  await put(key, { expiresAt: { S: 'never' } })
  await expect(store.markedUntil(key, soon())).rejects.toThrow(UnavailableError)
})

test('a take that another overtakes at the end of a round takes one of the slots that are left', async () => {
  const key = newKey()
  await put(key, round({}))
  let refusals = 0
  // As an engine that does not say why: what is read then is a round that runs, with room in it.
  const overtaken = {
    send: (command: UpdateItemCommand, ...rest: []) =>
      tables.client.send(command, ...rest).catch(async (error) => {
        if (++refusals === 1) expect(await store.take(key, budget, NOW, soon())).toBe(0)
        throw Object.assign(error, { Item: undefined })
      }),
  } as unknown as DynamoDBClient
  const late = dynamodbAttemptStore({ client: overtaken, tableName: tables.attempts })
  expect(await late.take(key, budget, NOW, soon())).toBe(0)
  expect(refusals).toBe(1)
  expect((await stored(key))?.taken?.N).toBe('2')
})

test('a counter that others change all the time is given up after a few tries', async () => {
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
  await expect(restless.take(key, budget, NOW, soon())).rejects.toThrow(UnavailableError)
  expect(calls).toBe(10)
})
