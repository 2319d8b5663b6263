import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import type { ActivityFact } from '../../lib/activity/activity-store.ts'
import { toSessionItem } from '../../lib/dynamodb/session-item.ts'
import { toUserItem, userKey } from '../../lib/dynamodb/user-item.ts'
import type { SessionRow } from '../../lib/session.ts'
import type { User } from '../../lib/user.ts'
import { readAlarms } from '../support/alarms.ts'
import { captureOutput } from '../support/captured-output.ts'
import { datapointsOf, metricFaults, metricLines, sumOf } from '../support/metric-lines.ts'
import { type Call, type DatastoreProxy, type Fault, startProxy } from '../support/proxy.ts'
import { rightsByFunction } from '../support/role.ts'
import { NOW, newSessionId, newUserId, sampleRow, sampleUser } from '../support/samples.ts'
import { sessionRecord } from '../support/session-stream.ts'
import { delivery, openFinishSweeps, sequenceNumber } from '../support/stream.ts'
import { createTestTables, type TestTables } from '../support/tables.ts'

// How finish-sweeps processes records of both tables' streams. Their delivery can only be tested on AWS.

let tables: TestTables
let proxy: DatastoreProxy
let finishSweeps: Awaited<ReturnType<typeof openFinishSweeps>>
let printed: string[]
let output: ReturnType<typeof captureOutput>
const used = new Map<string, readonly string[]>()
beforeAll(async () => {
  tables = await createTestTables()
  proxy = await startProxy(inject('endpoint'))
  finishSweeps = await openFinishSweeps(proxy.endpoint, tables)
})
beforeEach(() => {
  proxy.calls.length = 0
  proxy.fault = undefined
  printed = []
  output = captureOutput(printed)
})
afterEach(() => {
  for (const call of proxy.calls) used.set(nameOf(call), [...(used.get(nameOf(call)) ?? []), ...call.attributes])
  output.mockRestore()
})
afterAll(async () => {
  await proxy.close()
  tables.client.destroy()
})

const NAMES = ['sessions', 'users', 'activity'] as const
const nameOf = ({ operation, table }: Call) => `${operation} ${NAMES.find((name) => tables[name] === table)}`
const made = () => proxy.calls.map((call) => `${nameOf(call)}${call.consistent ? '!' : ''}`)
const logged = () => printed.map((line) => JSON.parse(line))
const SWEEP = ['Query sessions!', 'BatchWriteItem sessions', 'Query sessions!', 'UpdateItem users']
const DONE = { batchItemFailures: [] }
const failedFrom = (index: number) => ({ batchItemFailures: [{ itemIdentifier: sequenceNumber(index) }] })

const ADMIN = newUserId()
const CAUSE = { epoch: 1, changeId: 'c', reason: 'revoked_all', at: NOW, by: ADMIN } as const

/** The state after a revocation of all sessions that was interrupted after its first write: two rows of epoch 0, one of 1. */
async function interrupted(): Promise<User> {
  const user = sampleUser({ epoch: 1, sweepPending: true, lastChanges: [CAUSE] })
  await tables.put(tables.users, toUserItem(user))
  for (const userEpoch of [0, 0, 1])
    await tables.put(tables.sessions, toSessionItem(sampleRow({ userId: user.id, id: newSessionId(), userEpoch })))
  return user
}

/** The facts of each entry about a user. */
const activityOf = async ({ id }: User): Promise<ActivityFact[][]> =>
  (await tables.scan(tables.activity))
    .filter(({ subject }) => subject?.S === `user#${id}`)
    .map(({ facts }) => JSON.parse(facts?.S ?? ''))

const pk = ({ id }: Pick<User, 'id'>) => `user#${id}`
const stored = async ({ id }: User) => tables.get(tables.users, userKey(id))
const epochsLeft = async ({ id }: User) =>
  (await tables.scan(tables.sessions)).filter((row) => row.userId?.S === id).map((row) => Number(row.userEpoch?.N))

async function expectFinished(user: User): Promise<void> {
  expect(await epochsLeft(user)).toEqual([1])
  expect(await stored(user)).toEqual(toUserItem({ ...user, sweepPending: false }))
}

describe('finish-sweeps, for a record of a user', () => {
  test('finishes and logs a pending sweep', async () => {
    const user = await interrupted()
    expect(await finishSweeps(delivery(['MODIFY', pk(user)]))).toEqual(DONE)
    await expectFinished(user)
    expect(made()).toEqual(['GetItem users!', ...SWEEP, 'PutItem activity'])
    const cause = { reason: 'revoked_all', by: ADMIN }
    expect(logged()).toMatchObject([{ level: 'WARN', event: 'sweep_finished', target: user.id, sessions: 2, ...cause }])
    const [entry] = await activityOf(user)
    expect(entry).toMatchObject([{ event: 'session_expired', reason: 'revoked_all', by: ADMIN }])
    expect(entry?.[0]?.sessionIds).toHaveLength(2)
  })

  test('makes one read if no sweep is pending', async () => {
    const user = { ...(await interrupted()), sweepPending: false }
    await tables.put(tables.users, toUserItem(user))
    expect(await finishSweeps(delivery(['MODIFY', pk(user)]))).toEqual(DONE)
    expect(made()).toEqual(['GetItem users!'])
    expect(await epochsLeft(user)).toHaveLength(3)
    expect(logged()).toEqual([])
  })

  test('reads the user once per batch', async () => {
    const [ann, bob] = [await interrupted(), await interrupted()]
    const changes = [ann, bob, ann, ann, bob].map((user) => ['MODIFY', pk(user)] as const)
    expect(await finishSweeps(delivery(...changes))).toEqual(DONE)
    for (const user of [ann, bob]) await expectFinished(user)
    expect(made().filter((call) => call === 'GetItem users!')).toHaveLength(2)
  })

  test('accepts that the user is absent', async () => {
    expect(await finishSweeps(delivery(['INSERT', pk({ id: newUserId() })]))).toEqual(DONE)
    expect(made()).toEqual(['GetItem users!'])
  })

  test('tolerates repeated and concurrent deliveries', async () => {
    const user = await interrupted()
    const twice = delivery(['MODIFY', pk(user)])
    expect(await Promise.all([finishSweeps(twice), finishSweeps(twice)])).toEqual([DONE, DONE])
    await expectFinished(user)
    proxy.calls.length = 0
    expect(await finishSweeps(twice)).toEqual(DONE)
    expect(made()).toEqual(['GetItem users!'])
    await expectFinished(user)
  })

  test('keeps the pending mark of a later, concurrent revocation', async () => {
    const user = await interrupted()
    let later: Promise<void> | undefined
    let laterWritten = false
    // The write that clears the mark fails until the later epoch is stored; then the SDK retries it.
    proxy.fault = ({ operation }) => {
      if (operation !== 'UpdateItem' || laterWritten) return undefined
      later ??= tables.put(tables.users, toUserItem({ ...user, epoch: 2 })).then(() => {
        laterWritten = true
      })
      return 'silent'
    }
    expect(await finishSweeps(delivery(['MODIFY', pk(user)]))).toEqual(DONE)
    await later
    expect(await stored(user)).toMatchObject({ epoch: { N: '2' }, sweepPending: { BOOL: true } })
    proxy.fault = undefined
    expect(await finishSweeps(delivery(['MODIFY', pk(user)]))).toEqual(DONE)
    expect(await epochsLeft(user)).toEqual([])
    expect(await stored(user)).toMatchObject({ epoch: { N: '2' }, sweepPending: { BOOL: false } })
  })
})

describe('finish-sweeps, for another record', () => {
  test('ignores email pointers and deletions', async () => {
    const user = await interrupted()
    const changes = [
      ['INSERT', 'email#ann@secret.example'],
      ['MODIFY', 'email#ann@secret.example'],
      ['REMOVE', 'email#ann@secret.example'],
      ['REMOVE', pk(user)],
    ] as const
    expect(await finishSweeps(delivery(...changes))).toEqual(DONE)
    expect([made(), logged()]).toEqual([[], []])
  })

  test('skips a malformed key, logs it without the key and processes the following records', async () => {
    const user = await interrupted()
    const { Records } = delivery(['MODIFY', 'user#short'], ['MODIFY', 'ann@secret.example'], ['MODIFY', pk(user)])
    const [first] = Records
    const strange = [{ eventName: 'MODIFY' as const }, { ...first, dynamodb: { ...first?.dynamodb, Keys: {} } }]
    expect(await finishSweeps({ Records: [...strange, ...Records] })).toEqual(DONE)
    await expectFinished(user)
    const events = logged().map(({ event, table }) => [event, table])
    const corrupt = ['corrupt_item', tables.users]
    expect(events).toEqual([corrupt, corrupt, corrupt, corrupt, ['sweep_finished', undefined]])
    expect(JSON.stringify(logged())).not.toContain('secret.example')
  })
})

describe('finish-sweeps, for a session row that TTL has deleted', () => {
  async function timedOut(changes: Partial<SessionRow> = {}, more: Partial<User> = {}) {
    const user = sampleUser(more)
    await tables.put(tables.users, toUserItem(user))
    const row = sampleRow({ userId: user.id, id: newSessionId(), expiresAt: NOW, endsAt: NOW + 9000, ...changes })
    return { user, row, record: sessionRecord('REMOVE', row, { at: NOW + 90_000, isExpiry: true }) }
  }

  test('records the timeout at its own time, once however often the record is delivered', async () => {
    const { user, row, record } = await timedOut()
    expect(await finishSweeps({ Records: [record] })).toEqual(DONE)
    expect(made()).toEqual(['GetItem users!', 'PutItem activity'])
    expect(await finishSweeps({ Records: [record, record] })).toEqual(DONE)
    expect(await activityOf(user)).toEqual([
      [{ event: 'session_expired', reason: 'idle_timeout', sessionIds: [row.id] }],
    ])
    const [item] = (await tables.scan(tables.activity)).filter(({ subject }) => subject?.S === `user#${user.id}`)
    expect(item?.id?.S).toBe(`${new Date(NOW * 1000).toISOString()}#${row.id.slice(0, 8)}`)
    const absolute = await timedOut({ endsAt: NOW })
    await finishSweeps({ Records: [absolute.record] })
    expect(await activityOf(absolute.user)).toMatchObject([[{ reason: 'absolute_timeout' }]])
  })

  test('records nothing for an absent user, a revoked row, a row that a request has deleted and other records', async () => {
    const absent = sessionRecord('REMOVE', sampleRow({ userId: newUserId() }), { at: NOW, isExpiry: true })
    const revoked = await timedOut({ userEpoch: 0 }, { epoch: 1 })
    const signedOut = await timedOut()
    const byRequest = sessionRecord('REMOVE', signedOut.row, { at: NOW })
    const strange = { ...absent, dynamodb: { ...absent.dynamodb, OldImage: {} } }
    const Records = [absent, revoked.record, byRequest, sessionRecord('INSERT', signedOut.row, { at: NOW }), strange]
    expect(await finishSweeps({ Records })).toEqual(DONE)
    expect(made()).toEqual(['GetItem users!', 'GetItem users!'])
    expect(logged()).toMatchObject([{ event: 'corrupt_item', table: tables.sessions }])
  })

  test('reports the record if the datastore fails, counts no pending sweep, and records with the next delivery', async () => {
    const [first, second] = [await timedOut(), await timedOut()]
    proxy.fault = (call) => (nameOf(call) === 'PutItem activity' ? 'failed' : undefined)
    const Records = [first, second].map(({ record }, index) => ({
      ...record,
      dynamodb: { ...record.dynamodb, SequenceNumber: sequenceNumber(index) },
    }))
    expect(await finishSweeps({ Records })).toEqual(failedFrom(0))
    proxy.fault = undefined
    expect(await finishSweeps({ Records })).toEqual(DONE)
    for (const { user } of [first, second]) expect(await activityOf(user)).toHaveLength(1)
  })
})

describe('finish-sweeps, if the datastore fails', () => {
  const FAULTS: [call: string, fault: Fault][] = [
    ['GetItem', 'failed'],
    ['Query', 'refused'],
    ['BatchWriteItem', 'throttled'],
    ['UpdateItem', 'empty'],
  ]
  test.each(FAULTS)('at %s, reports the record, and the next delivery finishes it', async (operation, fault) => {
    const user = await interrupted()
    proxy.fault = (call) => (call.operation === operation ? fault : undefined)
    const event = delivery(['INSERT', `email#${user.email}`], ['MODIFY', pk(user)])
    expect(await finishSweeps(event)).toEqual(failedFrom(1))
    expect((await stored(user))?.sweepPending).toEqual({ BOOL: true })
    expect(logged()).toMatchObject([{ event: 'unavailable', target: user.id }])
    proxy.fault = undefined
    expect(await finishSweeps(event)).toEqual(DONE)
    await expectFinished(user)
  })

  test('counts the users whose sweep stays pending, for an alarm', async () => {
    vi.stubEnv('METRICS', 'events')
    vi.stubEnv('STAGE', 'prod')
    onTestFinished(() => void vi.unstubAllEnvs())
    const users = [await interrupted(), await interrupted()]
    proxy.fault = ({ operation }) => (operation === 'Query' ? 'failed' : undefined)
    await finishSweeps(delivery(...users.map((user) => ['MODIFY', pk(user)] as const)))
    const lines = metricLines(printed)
    expect([lines.length, lines.flatMap(metricFaults), sumOf(lines, 'sweeps_pending')]).toEqual([1, [], 2])
    const alarm = (await readAlarms('prod')).find(({ id }) => id === 'SweepsPendingAlarm')
    expect(alarm?.fires(Array(3).fill(datapointsOf(lines)))).toBe(true)
    proxy.fault = undefined
    await finishSweeps(delivery(...users.map((user) => ['MODIFY', pk(user)] as const)))
    expect(metricLines(printed).slice(1)).toMatchObject([{ sweep_finished: 2 }])
    expect(metricLines(printed)[1]).not.toHaveProperty('sweeps_pending')
  })

  test('for some users, reports the first of their records and processes the others', async () => {
    const [ann, bob, cem, dan] = [await interrupted(), await interrupted(), await interrupted(), await interrupted()]
    await tables.put(tables.users, { ...toUserItem(bob), epoch: { S: 'not a number' } })
    await tables.put(tables.users, { ...toUserItem(cem), status: { S: 'unheard of' } })
    const changes = [ann, bob, cem, bob, dan].map((user) => ['MODIFY', pk(user)] as const)
    expect(await finishSweeps(delivery(...changes))).toEqual(failedFrom(1))
    for (const user of [ann, dan]) await expectFinished(user)
    for (const user of [bob, cem]) expect(await epochsLeft(user)).toHaveLength(3)
  })
})

test('the role of finish-sweeps allows exactly the calls made above and reading the stream', async () => {
  const rights = (await rightsByFunction()).get('finish-sweeps') ?? []
  const ofStream = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].flatMap((call) => [
    `${call} users`,
    `${call} sessions`,
  ])
  expect(rights.map(({ call }) => call).sort()).toEqual([...used.keys(), ...ofStream].sort())
  for (const { call, attributes } of rights)
    if (attributes) expect(attributes, call).toEqual(expect.arrayContaining([...new Set(used.get(call))]))
})
