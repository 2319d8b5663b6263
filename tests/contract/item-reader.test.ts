import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { type ItemReader, itemReader } from '../../lib/dynamodb/item-reader.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { draws } from '../support/draws.ts'
import { type DatastoreProxy, type Fault, startProxy } from '../support/proxy.ts'
import { createTestClient, createTestTables } from '../support/tables.ts'

// A direct read must not differ from a read through the SDK's middleware, except in its cost.

let table: string
let proxy: DatastoreProxy
const Key = { userId: { S: 'u' }, sessionId: { S: 's' } }
const ITEM = {
  ...Key,
  hash: { B: new Uint8Array([1, 255]) },
  scopes: { L: [{ S: 'a' }] },
  n: { N: '1' },
  is: { BOOL: true },
}
beforeAll(async () => {
  const tables = await createTestTables()
  table = tables.sessions
  await tables.client.send(new PutItemCommand({ TableName: table, Item: ITEM }))
  proxy = await startProxy(inject('endpoint'))
})
afterAll(() => proxy.close())
beforeEach(() => {
  proxy.calls.length = 0
})
afterEach(() => {
  proxy.fault = undefined
})

const client = (timeoutMs?: number) => createTestClient(proxy.endpoint, timeoutMs)

/** A reader that has read before reads directly; one that has not goes through the SDK. */
async function readers(of: () => DynamoDBClient = client): Promise<[direct: ItemReader, sdk: ItemReader]> {
  const direct = itemReader(of(), table)
  await direct(Key, startDeadline(20))
  proxy.calls.length = 0
  return [direct, itemReader(of(), table)]
}

/** The outcome of a read, and the number of requests. */
async function outcome(read: ItemReader, key = Key) {
  proxy.calls.length = 0
  const result = await read(key, startDeadline(20)).catch((error) => error) // longer than any pause before a repeat
  const { length } = proxy.calls
  if (!(result instanceof Error)) return { result, asked: length }
  return { failed: result.constructor, asked: length }
}

describe('a direct read', () => {
  test('returns the same item as a read through the SDK, or undefined', async () => {
    const [direct, sdk] = await readers()
    for (const key of [Key, { ...Key, sessionId: { S: 'x' } }]) {
      const expected = await outcome(sdk, key)
      expect(await outcome(direct, key)).toEqual(expected)
      expect(expected.asked).toBe(1)
    }
    expect((await outcome(direct)).result).toEqual(ITEM)
  })

  const FAULTS: Fault[] = draws(0, 1)
    ? ['throttled', 'failed', 'refused', 'stalled', 'silent', 'empty', 'foreign']
    : ['failed', 'silent', 'empty']
  const PATTERNS: [name: string, isSpoilt: (nth: number) => boolean][] = [
    ['the first attempt', (nth) => nth === 1],
    ['the first two', (nth) => nth <= 2],
    ['all', () => true],
  ]
  test.each(FAULTS.flatMap((fault) => PATTERNS.map((pattern) => [fault, ...pattern] as const)))(
    'is repeated, and fails, as one through it: %s, %s',
    async (fault, _, isSpoilt) => {
      const spoiling = async (read: ItemReader) => {
        let nth = 0
        proxy.fault = () => (isSpoilt(++nth) ? fault : undefined)
        return outcome(read)
      }
      const [direct, sdk] = await readers(() => client(800))
      const expected = await spoiling(sdk)
      expect(await spoiling(direct)).toEqual(expected)
      if ('failed' in expected) expect(expected.failed).toBe(UnavailableError)
    },
  )

  test('stops at the deadline of its request', async () => {
    const [direct] = await readers()
    proxy.fault = () => 'silent'
    await expect(direct(Key, startDeadline(1))).rejects.toThrow(UnavailableError)
    expect(proxy.calls.length).toBe(1)
  })
})
