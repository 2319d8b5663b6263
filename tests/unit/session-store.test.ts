import {
  type BatchWriteItemCommandInput,
  ConditionalCheckFailedException,
  type GetItemCommandInput,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { toSessionItem } from '../../lib/dynamodb/session-item.ts'
import { dynamodbSessionStore } from '../../lib/dynamodb/session-store.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { LogEntry } from '../../lib/ports.ts'
import { soon } from '../support/parts.ts'
import { NOW, sampleRow } from '../support/samples.ts'
import { respondWith } from './stub-client.ts'

// The calls that are made, and the handling of responses that a local engine gives only by chance.

const row = sampleRow()
const item = toSessionItem(row)

const conditionFailed = ($metadata: object) => new ConditionalCheckFailedException({ $metadata, message: 'no' })

function storeWith(...answers: object[]) {
  const { client, inputs } = respondWith(...answers)
  const entries: LogEntry[] = []
  const log = (entry: LogEntry) => void entries.push(entry)
  return { store: dynamodbSessionStore({ client, tableName: 'sessions', log }), inputs, entries }
}

describe('reading a session', () => {
  test('is strongly consistent by default', async () => {
    const { store, inputs } = storeWith({ Item: item }, { Item: item }, {})
    expect(await store.get(row.userId, row.id, soon())).toEqual(row)
    await store.get(row.userId, row.id, soon(), 'eventual')
    expect(await store.get(row.userId, row.id, soon(), 'strong')).toBeUndefined()
    expect((inputs as GetItemCommandInput[]).map(({ ConsistentRead }) => ConsistentRead)).toEqual([true, false, true])
  })

  test('returns undefined for a malformed item and logs it', async () => {
    const { store, entries } = storeWith({ Item: { ...item, expiresAt: { S: 'never' } } })
    expect(await store.get(row.userId, row.id, soon())).toBeUndefined()
    expect(entries).toEqual([{ level: 'error', event: 'corrupt_item', table: 'sessions', sessionId: row.id }])
  })
})

test.each([
  [{ $metadata: { attempts: 1 } }, 'deleted'],
  [{ $metadata: { attempts: 2 } }, 'deleted'],
  [conditionFailed({ attempts: 1 }), 'absent'],
  [conditionFailed({}), 'absent'],
  [conditionFailed({ attempts: 2 }), 'unknown'],
])('a delete with the response %o is reported as %s', async (answer, outcome) => {
  const { store, inputs } = storeWith(answer)
  expect(await store.delete(row.userId, row.id, soon())).toBe(outcome)
  expect(inputs).toMatchObject([{ ConditionExpression: 'attribute_exists(userId)' }])
})

test('a renewal whose condition fails is judged by the returned row, or by a read', async () => {
  const to = { lastSeenAt: NOW + 900, expiresAt: NOW + 604_800 + 900 }
  const conditionFailed = (Item?: object) =>
    new ConditionalCheckFailedException({ $metadata: {}, message: 'no', Item: Item as never })
  const renewed = async (...answers: object[]) => {
    const { store, inputs } = storeWith(...answers)
    return [await store.renew(row, to, soon()), inputs.length]
  }
  expect(await renewed({})).toEqual(['renewed', 1])
  expect(await renewed(conditionFailed(item))).toEqual(['superseded', 1])
  expect(await renewed(conditionFailed(toSessionItem({ ...row, expiresAt: NOW + 900 })))).toEqual(['gone', 1])
  expect(await renewed(conditionFailed(), { Item: item })).toEqual(['superseded', 2])
  expect(await renewed(conditionFailed(), {})).toEqual(['gone', 2])
  const { store: returning, inputs: singleCall } = storeWith({})
  await returning.renew(row, to, soon())
  expect(singleCall).toMatchObject([{ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }])
  const { store, inputs } = storeWith()
  expect(await store.renew(row, { ...to, lastSeenAt: row.endsAt }, soon())).toBe('gone')
  expect(inputs).toEqual([])
})

describe('the session rows of a user', () => {
  const other = sampleRow({ userId: row.userId, userEpoch: 1 })
  const key = { userId: { S: row.userId }, sessionId: { S: row.id } }

  test('are read to the last page, strongly consistent, without malformed items', async () => {
    const { store, inputs, entries } = storeWith(
      { Items: [item, { ...item, scopes: { S: 'all' } }], LastEvaluatedKey: key },
      { LastEvaluatedKey: key },
      { Items: [toSessionItem(other)] },
    )
    expect(await store.list(row.userId, soon())).toEqual([row, other])
    const queries = inputs as QueryCommandInput[]
    expect(queries.map(({ ConsistentRead }) => ConsistentRead)).toEqual([true, true, true])
    expect(queries.map(({ ExclusiveStartKey }) => ExclusiveStartKey)).toEqual([undefined, key, key])
    expect(entries).toHaveLength(1)
  })

  test('of another user in a response fail as unavailable', async () => {
    const { store } = storeWith({ Items: [toSessionItem(sampleRow())] })
    await expect(store.list(row.userId, soon())).rejects.toThrow(UnavailableError)
  })

  test('without an id are skipped and logged', async () => {
    const { sessionId: _, ...nameless } = item
    const { store, entries } = storeWith({ Items: [nameless] })
    expect(await store.list(row.userId, soon())).toEqual([])
    expect(entries).toEqual([{ level: 'error', event: 'corrupt_item', table: 'sessions', sessionId: undefined }])
  })

  test.each([
    [25, [25]],
    [26, [25, 1]],
    [50, [25, 25]],
  ])('are deleted in batches of 25: %i rows', async (count, sizes) => {
    const Items = Array.from({ length: count }, () => toSessionItem(sampleRow({ userId: row.userId })))
    const { store, inputs } = storeWith({ Items }, ...sizes.map(() => ({})), {})
    expect(await store.deleteBelowEpoch(row.userId, 1, NOW, soon())).toHaveLength(count)
    const batches = (inputs as BatchWriteItemCommandInput[]).slice(1, -1)
    expect(batches.map(({ RequestItems }) => RequestItems?.sessions?.length)).toEqual(sizes)
  })

  test('of an older epoch are deleted even if the first page has only rows of the current epoch', async () => {
    const { store, inputs } = storeWith(
      { Items: [toSessionItem(other)], LastEvaluatedKey: key },
      { Items: [item] },
      {},
      {},
    )
    expect(await store.deleteBelowEpoch(row.userId, 1, NOW, soon())).toEqual([row.id])
    expect(inputs[2]).toMatchObject({ RequestItems: { sessions: [{ DeleteRequest: { Key: key } }] } })
  })

  test('of an older epoch are deleted until none is left, also when DynamoDB leaves items unprocessed', async () => {
    const dead = toSessionItem(sampleRow({ userId: row.userId, expiresAt: NOW }))
    const strange = sampleRow({ userId: row.userId })
    const unreadable = { ...toSessionItem(strange), userEpoch: { S: 'x' } }
    const left = { sessions: [{ DeleteRequest: { Key: key } }] }
    const { store, inputs } = storeWith(
      { Items: [item, toSessionItem(other), dead, unreadable] },
      { UnprocessedItems: left },
      { UnprocessedItems: left },
      { UnprocessedItems: {} },
      { Items: [toSessionItem(other)] },
    )
    const revoked = await store.deleteBelowEpoch(row.userId, 1, NOW, soon())
    expect(revoked).toEqual([row.id, strange.id])
    const [first, batch, rest, again, last] = inputs as [QueryCommandInput, ...BatchWriteItemCommandInput[]]
    expect(first.ProjectionExpression).toMatch(/^userId, sessionId, /)
    expect(batch?.RequestItems?.sessions).toHaveLength(3)
    expect([rest?.RequestItems, again?.RequestItems]).toEqual([left, left])
    expect((last as unknown as QueryCommandInput).ConsistentRead).toBe(true)
    expect(inputs).toHaveLength(5)
  })
})
