import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import type { ActivityEntry } from '../../lib/activity/activity-store.ts'
import { toActivityItem } from '../../lib/dynamodb/activity-item.ts'
import { toSessionItem } from '../../lib/dynamodb/session-item.ts'
import { amzDate, signatureV4 } from '../../lib/dynamodb/signature.ts'
import { toUserItem } from '../../lib/dynamodb/user-item.ts'
import { captureOutput } from '../support/captured-output.ts'
import { type DatastoreProxy, startProxy } from '../support/proxy.ts'
import { rightsByFunction } from '../support/role.ts'
import { NOW, newSessionId, newUserId, sampleRow, sampleUser } from '../support/samples.ts'
import { RENEWAL, sessionRecord } from '../support/session-stream.ts'
import { delivery, sequenceNumber } from '../support/stream.ts'
import { createTestTables, type TestTables } from '../support/tables.ts'

// The function publish-events on real tables and a stand-in for EventBridge: what it calls, and what it reports.

interface Put {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

let tables: TestTables
let proxy: DatastoreProxy
let bridge: Server
let handler: (event: { Records: DynamoDBRecord[] }) => Promise<DynamoDBBatchResponse>
let respond: (entries: { Detail: string }[]) => { status?: number; body: object | string }
let output: ReturnType<typeof captureOutput>
let printed: string[]
const puts: Put[] = []
beforeAll(async () => {
  tables = await createTestTables()
  proxy = await startProxy(inject('endpoint'))
  bridge = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    puts.push({ headers: request.headers as Put['headers'], body })
    const { status = 200, body: answer } = respond(JSON.parse(body).Entries)
    response.writeHead(status).end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => bridge.listen(0, '127.0.0.1', resolve))
  vi.stubEnv('DYNAMODB_ENDPOINT', proxy.endpoint)
  vi.stubEnv('SESSIONS_TABLE', tables.sessions)
  vi.stubEnv('USERS_TABLE', tables.users)
  vi.stubEnv('ACTIVITY_TABLE', tables.activity)
  vi.stubEnv('EVENTS_BUS', 'shop')
  vi.stubEnv('EVENTS_ENDPOINT', `http://127.0.0.1:${(bridge.address() as AddressInfo).port}`)
  ;({ handler } = await import('../../functions/publish-events.ts'))
  vi.unstubAllEnvs()
})
beforeEach(() => {
  proxy.calls.length = 0
  proxy.fault = undefined
  puts.length = 0
  respond = (entries) => ({ body: { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: 'e' })) } })
  printed = []
  output = captureOutput(printed)
})
afterEach(() => output.mockRestore())
afterAll(async () => {
  bridge.close()
  await proxy.close()
  tables.client.destroy()
})

const DONE = { batchItemFailures: [] }
const failedFrom = (index: number) => ({ batchItemFailures: [{ itemIdentifier: sequenceNumber(index) }] })
const created = (index: number) =>
  sessionRecord('INSERT', sampleRow({ userId: newUserId(), id: newSessionId() }), { at: NOW, index })
const batch = (count: number) => ({ Records: Array.from({ length: count }, (_, index) => created(index)) })
const nameOf = (table: string) =>
  (['sessions', 'users', 'activity'] as const).find((name) => tables[name] === table) ?? table
const calls = () =>
  proxy.calls.map(({ operation, table, consistent }) => `${operation}${consistent ? '!' : ''} ${nameOf(table)}`)

describe('publish-events', () => {
  test('sends PutEvents as a request with a valid signature, without a datastore call for a login', async () => {
    const record = created(0)
    expect(await handler({ Records: [record] })).toEqual(DONE)
    expect([puts.length, calls()]).toEqual([1, []])
    const [{ headers, body } = { headers: {}, body: '' } as Put] = puts
    const [, names = ''] = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? []
    const signed = Object.fromEntries(names.split(';').map((name) => [name, headers[name] ?? '']))
    expect(Object.keys(signed)).toEqual(['content-type', 'host', 'x-amz-date', 'x-amz-target'])
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    const expected = signatureV4('local', 'events')({ method: 'POST', path: '/', headers: signed, body }, credentials)
    expect(headers.authorization).toBe(expected)
    expect(Math.abs(Date.parse(iso(headers['x-amz-date'])) - Date.now())).toBeLessThan(3_600_000)
    const { Detail, ...entry } = JSON.parse(body).Entries[0]
    expect(entry).toEqual({ Source: 'coatcheck', DetailType: 'session.created', EventBusName: 'shop', Time: NOW })
    expect(JSON.parse(Detail)).toMatchObject({ version: 1, stage: 'local', at: '2027-01-15T08:00:00Z' })
  })

  test('costs a read and two Queries for a revoked session of unknown reason, a read for one of a revoked user', async () => {
    const user = sampleUser()
    await tables.put(tables.users, toUserItem(user))
    const row = sampleRow({ userId: user.id })
    const Records = [sessionRecord('REMOVE', row, { at: NOW })]
    expect(await handler({ Records })).toEqual(DONE)
    expect(calls()).toEqual(['GetItem! users', 'Query! activity', 'Query! sessions'])
    const [first] = puts
    proxy.calls.length = 0
    const change = { epoch: 1, changeId: 'c', reason: 'revoked_all', at: NOW } as const
    await tables.put(tables.users, toUserItem({ ...user, epoch: 1, lastChanges: [change] }))
    expect(await handler({ Records })).toEqual(DONE)
    expect(calls()).toEqual(['GetItem! users'])
    const ids = [first, puts[1]].map((put) => JSON.parse(JSON.parse(put?.body ?? '').Entries[0].Detail).id)
    expect(ids).toEqual(Array(2).fill(`${row.id}.session.revoked`)) // delivered twice
  })

  test('finds a successor in the table', async () => {
    const user = sampleUser()
    await tables.put(tables.users, toUserItem(user))
    const old = sampleRow({ userId: user.id })
    const replaced = [{ id: old.id, secretHash: old.secretHash, replacedAt: NOW }]
    await tables.put(tables.sessions, toSessionItem(sampleRow({ userId: user.id, replaced })))
    expect(await handler({ Records: [sessionRecord('REMOVE', old, { at: NOW })] })).toEqual(DONE)
    expect(JSON.parse(JSON.parse(puts[0]?.body ?? '').Entries[0].Detail)).toMatchObject({ reason: 'replaced' })
  })

  test('takes the reason from the activity record, with a read and a Query', async () => {
    const user = sampleUser()
    await tables.put(tables.users, toUserItem(user))
    const row = sampleRow({ userId: user.id })
    const by = newUserId()
    const entry: ActivityEntry = {
      subject: `user#${user.id}`,
      id: `${new Date(NOW * 1000).toISOString()}#aaaaaaaa`,
      at: NOW * 1000,
      by,
      facts: [{ event: 'session_expired', reason: 'revoked', sessionIds: [row.id] }],
    }
    await tables.put(tables.activity, toActivityItem(entry, 90))
    expect(await handler({ Records: [sessionRecord('REMOVE', row, { at: NOW })] })).toEqual(DONE)
    expect(calls()).toEqual(['GetItem! users', 'Query! activity'])
    expect(JSON.parse(JSON.parse(puts[0]?.body ?? '').Entries[0].Detail)).toMatchObject({
      reason: 'revoked',
      by: 'administrator',
    })
  })

  test('publishes ten events a call, and nothing for renewals and email pointers', async () => {
    expect(await handler(batch(25))).toEqual(DONE)
    expect(puts.map(({ body }) => JSON.parse(body).Entries.length).sort()).toEqual([10, 10, 5])
    puts.length = 0
    expect(await handler({ Records: [RENEWAL, ...delivery(['INSERT', 'email#ann@example.com']).Records] })).toEqual(
      DONE,
    )
    expect([puts, calls()]).toEqual([[], []])
  })

  test('makes the calls that its role allows, on those tables alone', async () => {
    const rights = (await rightsByFunction()).get('publish-events') ?? []
    const own = rights.filter(({ call }) => !/Stream|GetRecords|ShardIterator/.test(call))
    expect(own.map(({ call }) => call).sort()).toEqual(['GetItem users', 'Query activity', 'Query sessions'])
  })

  const REFUSALS: [what: string, respond: typeof respond, failed: number][] = [
    [
      'an entry is throttled',
      (entries) => ({
        body: {
          FailedEntryCount: 1,
          Entries: entries.map((_, i) => (i === 2 ? { ErrorCode: 'ThrottlingException' } : { EventId: 'e' })),
        },
      }),
      2,
    ],
    ['the call is refused', () => ({ status: 400, body: { __type: 'AccessDeniedException' } }), 0],
    ['the response is another server’s', () => ({ body: 'hello' }), 0],
    ['the response has too few results', () => ({ body: { FailedEntryCount: 0, Entries: [] } }), 0],
  ]
  test.each(REFUSALS)('reports the first record that was not published if %s', async (_what, answer, failed) => {
    respond = answer
    expect(await handler(batch(4))).toEqual(failedFrom(failed))
    expect(printed.map((line) => JSON.parse(line).event)).toContain('unavailable')
  })

  test('reports a record whose user cannot be read, and publishes the others', async () => {
    proxy.fault = () => 'failed'
    const row = sampleRow({ userId: newUserId() })
    const Records = [created(0), sessionRecord('REMOVE', row, { at: NOW, index: 1 })]
    expect(await handler({ Records })).toEqual(failedFrom(1))
    expect(JSON.parse(puts[0]?.body ?? '').Entries).toHaveLength(1)
  })

  test('skips and logs a malformed record', async () => {
    const record = created(0)
    const strange = { ...record, dynamodb: { ...record.dynamodb, NewImage: { userId: { S: 'x' } } } }
    expect(await handler({ Records: [strange, created(1)] })).toEqual(DONE)
    expect(printed.map((line) => JSON.parse(line))).toMatchObject([{ event: 'corrupt_item', table: tables.sessions }])
  })
})

const iso = (date = amzDate(0)) =>
  date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, (_, ...parts: string[]) => {
    const [year, month, day, hour, minute, second] = parts
    return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  })
