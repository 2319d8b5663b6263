import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Deadline, startDeadline } from '../../../lib/deadline.ts'
import { createClient, dynamodbSessionStore } from '../../../lib/dynamodb/index.ts'
import { UnavailableError } from '../../../lib/errors.ts'
import { NOW, sampleRow } from '../../../tests/support/samples.ts'
import { createTestTables, type TestTables } from '../../../tests/support/tables.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { drawn, FAULTS, type Fault } from './faults.ts'

let tables: TestTables
let proxy: FaultProxy
let calls: { operation: string; attempt: number; fault: Fault | undefined }[] = []
beforeAll(async () => {
  tables = await createTestTables()
  proxy = await startFaultProxy(inject('endpoint'), 1)
  proxy.onCall = ({ operation, attempt }, fault) => calls.push({ operation, attempt, fault })
})
afterEach(() => {
  proxy.rules = []
  calls = []
})
afterAll(async () => {
  await proxy.close()
  tables.client.destroy()
})

/** Every byte of a response, except the headers that differ each time. */
function raw(endpoint: string, operation: string, input: object) {
  const { hostname, port } = new URL(endpoint)
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    authorization:
      'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
    'x-amz-date': '20260101T000000Z',
  }
  return new Promise<object>((resolve, reject) => {
    const sent = request({ hostname, port, method: 'POST', path: '/', headers, agent: false }, async (answered) => {
      const chunks: Buffer[] = []
      for await (const chunk of answered) chunks.push(chunk)
      const own = /^(date|x-amzn-requestid|connection|keep-alive)$/i
      const kept: [string, string][] = []
      for (let at = 0; at < answered.rawHeaders.length; at += 2) {
        const [name = '', value = ''] = answered.rawHeaders.slice(at, at + 2)
        if (!own.test(name)) kept.push([name.toLowerCase(), value])
      }
      resolve({ status: answered.statusCode, headers: kept.sort(), body: Buffer.concat(chunks).toString('base64') })
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(input))
  })
}

test('passes every byte on without rules', async () => {
  const row = sampleRow()
  await storeOf(inject('endpoint')).store.create(row, startDeadline(5))
  const Key = { userId: { S: row.userId }, sessionId: { S: row.id } }
  const asked: [string, object][] = [
    ['GetItem', { TableName: tables.sessions, Key, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }],
    ['GetItem', { TableName: tables.sessions, Key: { ...Key, sessionId: { S: 'none' } } }],
    ['GetItem', { TableName: 'no-such-table', Key }],
    ['Scan', { TableName: tables.sessions, Limit: 1 }],
    ['UpdateItem', { TableName: tables.sessions, Key, UpdateExpression: 'SET', ConditionExpression: 'x' }],
    ['NoSuchOperation', {}],
  ]
  for (const [operation, input] of asked)
    expect(await raw(proxy.endpoint, operation, input)).toEqual(await raw(inject('endpoint'), operation, input))
  expect(calls.map(({ operation }) => operation)).toEqual(asked.map(([operation]) => operation))
})

/** The timeout is long enough for a busy machine, except for calls without a response. */
function storeOf(endpoint: string, fault?: Fault) {
  const client = createClient({ endpoint, timeoutMs: fault === 'silent' ? 1000 : 5000 })
  return { store: dynamodbSessionStore({ client, tableName: tables.sessions }), close: () => client.destroy() }
}

const ENDLESS = (Object.keys(FAULTS) as Fault[]).filter((fault) => !/unprocessed|slow|stale|corrupted/.test(fault))
describe('the session store', () => {
  test.each(ENDLESS)('throws UnavailableError if every call meets "%s"', async (fault) => {
    const row = sampleRow()
    const direct = storeOf(inject('endpoint'))
    await direct.store.create(row, startDeadline(5))
    const spoilt = storeOf(proxy.endpoint, fault)
    proxy.rules = [{ fault }]
    await expect(spoilt.store.get(row.userId, row.id, startDeadline(2))).rejects.toThrow(UnavailableError)
    await expect(spoilt.store.delete(row.userId, row.id, startDeadline(2))).rejects.toThrow(UnavailableError)
    proxy.rules = []
    const applied = /after|truncated/.test(fault)
    expect((await direct.store.get(row.userId, row.id, startDeadline(5))) === undefined).toBe(applied)
    expect(new Set(calls.map((call) => call.fault))).toContain(fault)
    direct.close()
    spoilt.close()
  })

  /** Faults that the SDK does not retry. */
  const FINAL = /^(table not found|access denied|expired token|unknown client|truncated|empty 200|another type)$/
  test.each(ENDLESS.filter((fault) => !FINAL.test(fault)))(
    'reads on the second attempt if the first meets "%s"',
    async (fault) => {
      const row = sampleRow()
      const direct = storeOf(inject('endpoint'))
      await direct.store.create(row, startDeadline(5))
      direct.close()
      const { store, close } = storeOf(proxy.endpoint, fault)
      proxy.rules = [{ fault, times: 1 }]
      expect((await store.get(row.userId, row.id, startDeadline(5)))?.id).toBe(row.id)
      expect(calls.map((call) => [call.attempt, call.fault])).toEqual([
        [1, fault],
        [2, undefined],
      ])
      close()
    },
  )

  test('reads after the delay of "slow"', async () => {
    const row = sampleRow()
    const { store, close } = storeOf(proxy.endpoint)
    await store.create(row, startDeadline(5))
    proxy.rules = [{ fault: 'slow', ms: 50, operation: 'GetItem' }]
    const began = performance.now()
    expect((await store.get(row.userId, row.id, startDeadline(5)))?.id).toBe(row.id)
    expect(performance.now() - began).toBeGreaterThanOrEqual(49)
    close()
  })

  test('reads the row as it was before the delay of "slow" with `late`, and after it without', async () => {
    for (const [late, seen] of [
      [{ late: true as const }, true],
      [{}, false],
    ] as const) {
      const row = sampleRow()
      const { store, close } = storeOf(proxy.endpoint)
      await store.create(row, startDeadline(5))
      proxy.rules = [{ fault: 'slow', ms: 1500, operation: 'GetItem', ...late }]
      const read = store.get(row.userId, row.id, startDeadline(5))
      await sleep(500)
      await store.delete(row.userId, row.id, startDeadline(5))
      expect((await read) !== undefined).toBe(seen)
      close()
    }
  })

  test('repeats deletes that "unprocessed" returns, and fails if they are never done', async () => {
    const rows = Array.from({ length: 8 }, () => sampleRow())
    const [{ userId } = sampleRow()] = rows
    const own = rows.map((row) => ({ ...row, userId }))
    const { store, close } = storeOf(proxy.endpoint)
    for (const row of own) await store.create(row, startDeadline(5))
    const revokeAllSessions = (deadline: Deadline) => store.deleteBelowEpoch(userId, 1_000_000, NOW, deadline)
    proxy.rules = [{ fault: 'unprocessed all' }]
    await expect(revokeAllSessions(startDeadline(1))).rejects.toThrow(UnavailableError)
    expect(await store.list(userId, startDeadline(5))).toHaveLength(8)
    proxy.rules = [{ fault: 'unprocessed half', times: 2 }]
    await revokeAllSessions(startDeadline(5))
    expect(await store.list(userId, startDeadline(5))).toEqual([])
    close()
  })

  test('reads an earlier row under "stale", with eventual consistency only', async () => {
    const row = sampleRow()
    const { store, close } = storeOf(proxy.endpoint)
    await store.create(row, startDeadline(5))
    await store.get(row.userId, row.id, startDeadline(5))
    await store.delete(row.userId, row.id, startDeadline(5))
    proxy.rules = [{ fault: 'stale' }]
    expect(await store.get(row.userId, row.id, startDeadline(5))).toBeUndefined()
    expect((await store.get(row.userId, row.id, startDeadline(5), 'eventual'))?.id).toBe(row.id)
    await store.create(row, startDeadline(5))
    expect(await store.delete(row.userId, row.id, startDeadline(5))).toBe('deleted')
    expect(await store.delete(row.userId, row.id, startDeadline(5)), 'a write is never stale').toBe('absent')
    await sleep(2100) // the largest lag
    expect(await store.get(row.userId, row.id, startDeadline(5), 'eventual')).toBeUndefined()
    close()
  })

  test('throws UnavailableError while connections are refused, and reads after that', async () => {
    const row = sampleRow()
    const { store, close } = storeOf(proxy.endpoint)
    await store.create(row, startDeadline(5))
    const comeBack = await proxy.refuse()
    await expect(store.get(row.userId, row.id, startDeadline(2))).rejects.toThrow(UnavailableError)
    await comeBack()
    expect((await store.get(row.userId, row.id, startDeadline(5)))?.id).toBe(row.id)
    close()
  })

  test('reads no row from a corrupted item', async () => {
    const row = sampleRow()
    const { store, close } = storeOf(proxy.endpoint)
    await store.create(row, startDeadline(5))
    proxy.rules = [{ fault: 'corrupted item', operation: 'GetItem' }]
    const kinds = new Set<string>()
    for (let turn = 0; turn < 16; turn++) {
      const read = await store.get(row.userId, row.id, startDeadline(5))
      kinds.add(read ? 'unchanged' : 'none')
    }
    expect([...kinds].sort()).toEqual(['none', 'unchanged']) // some ways corrupt attributes of a user
    close()
  })
})

describe('rules', () => {
  test('match by operation, table and key', async () => {
    const row = sampleRow()
    const { store, close } = storeOf(proxy.endpoint)
    await store.create(row, startDeadline(5))
    proxy.rules = [
      { fault: 'throttled', table: 'users' },
      { fault: 'throttled', operation: 'DeleteItem' },
      { fault: 'throttled', key: 'somebody-else' },
    ]
    expect((await store.get(row.userId, row.id, startDeadline(5)))?.id).toBe(row.id)
    await expect(store.delete(row.userId, row.id, startDeadline(1))).rejects.toThrow(UnavailableError)
    close()
  })

  test('with a share match the same calls for the same seed, others for another, and about that share', () => {
    const pattern = (seed: number, rule = 0) =>
      Array.from({ length: 10_000 }, (_, turn) => drawn(seed, rule, turn) < 0.1)
    expect(pattern(7)).toEqual(pattern(7))
    expect(pattern(7)).not.toEqual(pattern(8))
    expect(pattern(7)).not.toEqual(pattern(7, 1))
    for (let seed = 0; seed < 50; seed++) {
      const hits = pattern(seed).filter(Boolean).length
      expect(hits).toBeGreaterThan(850)
      expect(hits).toBeLessThan(1150)
    }
  })
})
