import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Deadline } from '../../lib/deadline.ts'
import { backOff } from '../../lib/dynamodb/back-off.ts'
import { toSessionItem } from '../../lib/dynamodb/session-item.ts'
import { dynamodbSessionStore } from '../../lib/dynamodb/session-store.ts'
import { emailPointerKey, userKey } from '../../lib/dynamodb/user-item.ts'
import { userList } from '../../lib/dynamodb/user-list.ts'
import { soon } from '../support/parts.ts'
import { NOW, sampleRow, sampleUser } from '../support/samples.ts'
import { respondWith } from './stub-client.ts'

vi.mock('node:timers/promises', { spy: true })
afterEach(() => vi.clearAllMocks())

const waits = () => vi.mocked(sleep).mock.calls.map(([ms]) => ms)
const over: Deadline = { run: (call) => call(AbortSignal.abort()) }

describe('a pause between tries', () => {
  test('is aborted by the deadline', async () => {
    await expect(backOff(0, over)).rejects.toThrow('abort')
  })

  test('doubles each time, up to 400 ms', async () => {
    for (const triesBefore of [0, 1, 2, 3, 4, 5, 99]) await backOff(triesBefore, over).catch(() => {})
    expect(waits()).toEqual([25, 50, 100, 200, 400, 400, 400])
  })
})

describe('a batch that DynamoDB left unprocessed', () => {
  test('of deletes is sent again after a pause that doubles each time', async () => {
    const row = sampleRow()
    const { userId, sessionId } = toSessionItem(row)
    const left = { UnprocessedItems: { sessions: [{ DeleteRequest: { Key: { userId, sessionId } } }] } }
    const { client } = respondWith({ Items: [toSessionItem(row)] }, left, left, {}, {})
    const store = dynamodbSessionStore({ client, tableName: 'sessions' })
    expect(await store.deleteBelowEpoch(row.userId, 1, NOW, soon())).toEqual([row.id])
    expect(waits()).toEqual([25, 50])
  })

  test('of reads is sent again after a pause that doubles each time', async () => {
    const { id, email } = sampleUser()
    const left = { UnprocessedKeys: { users: { Keys: [userKey(id)] } } }
    const pointers = { Items: [{ ...emailPointerKey(email), userId: { S: id } }] }
    const { client, inputs } = respondWith(pointers, left, left, {})
    const list = userList({ client, tableName: 'users', log: () => {} })
    expect(await list({ limit: 5 }, soon())).toEqual({ users: [] })
    expect(inputs).toHaveLength(4)
    expect(waits()).toEqual([25, 50])
  })
})
