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
import { answering } from './answering.ts'

// What is asked of the datastore, and what is made of answers that an engine here gives only by chance.

const row = sampleRow()
const item = toSessionItem(row)

function storeWith(...answers: object[]) {
  const { client, asked } = answering(...answers)
  const entries: LogEntry[] = []
  const log = (entry: LogEntry) => void entries.push(entry)
  return { store: dynamodbSessionStore({ client, tableName: 'sessions', log }), asked, entries }
}

describe('a look at a session', () => {
  test('is strongly consistent unless less is asked for', async () => {
    const { store, asked } = storeWith({ Item: item }, { Item: item }, {})
    expect(await store.get(row.userId, row.id, soon())).toEqual(row)
    await store.get(row.userId, row.id, soon(), 'eventual')
    expect(await store.get(row.userId, row.id, soon(), 'strong')).toBeUndefined()
    expect((asked as GetItemCommandInput[]).map(({ ConsistentRead }) => ConsistentRead)).toEqual([true, false, true])
  })

  test('at one that cannot be read is at none, and is said', async () => {
    const { store, entries } = storeWith({ Item: { ...item, expiresAt: { S: 'never' } } })
    expect(await store.get(row.userId, row.id, soon())).toBeUndefined()
    expect(entries).toEqual([{ level: 'error', event: 'corrupt_item', table: 'sessions', sessionId: row.id }])
  })
})

test.each([
  [{ Attributes: item, $metadata: { attempts: 1 } }, 'deleted'],
  [{ Attributes: item, $metadata: { attempts: 2 } }, 'deleted'],
  [{ $metadata: { attempts: 1 } }, 'absent'],
  [{ $metadata: {} }, 'absent'],
  [{ $metadata: { attempts: 2 } }, 'unknown'],
])('a deletion that is answered with %o is: %s', async (answer, outcome) => {
  expect(await storeWith(answer).store.delete(row.userId, row.id, soon())).toBe(outcome)
})

test('a renewal that is refused is told from the row that comes with it, where one does', async () => {
  const to = { lastSeenAt: NOW + 900, expiresAt: NOW + 604_800 + 900 }
  const refused = (Item?: object) =>
    new ConditionalCheckFailedException({ $metadata: {}, message: 'no', Item: Item as never })
  const renewed = async (...answers: object[]) => {
    const { store, asked } = storeWith(...answers)
    return [await store.renew(row, to, soon()), asked.length]
  }
  expect(await renewed({})).toEqual(['renewed', 1])
  expect(await renewed(refused(item))).toEqual(['superseded', 1])
  expect(await renewed(refused(toSessionItem({ ...row, expiresAt: NOW + 900 })))).toEqual(['gone', 1])
  expect(await renewed(refused(), { Item: item })).toEqual(['superseded', 2])
  expect(await renewed(refused(), {})).toEqual(['gone', 2])
  const { store: telling, asked: once } = storeWith({})
  await telling.renew(row, to, soon())
  expect(once).toMatchObject([{ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }])
  const { store, asked } = storeWith()
  expect(await store.renew(row, { ...to, lastSeenAt: row.endsAt }, soon())).toBe('gone')
  expect(asked).toEqual([])
})

describe('the rows of a user', () => {
  const other = sampleRow({ userId: row.userId, userEpoch: 1 })
  const key = { userId: { S: row.userId }, sessionId: { S: row.id } }

  test('are read to the last page, strongly consistent; what cannot be read is left out', async () => {
    const { store, asked, entries } = storeWith(
      { Items: [item, { ...item, scopes: { S: 'all' } }], LastEvaluatedKey: key },
      { LastEvaluatedKey: key },
      { Items: [toSessionItem(other)] },
    )
    expect(await store.list(row.userId, soon())).toEqual([row, other])
    const queries = asked as QueryCommandInput[]
    expect(queries.map(({ ConsistentRead }) => ConsistentRead)).toEqual([true, true, true])
    expect(queries.map(({ ExclusiveStartKey }) => ExclusiveStartKey)).toEqual([undefined, key, key])
    expect(entries).toHaveLength(1)
  })

  test('are none of another user, whatever the answer', async () => {
    const { store } = storeWith({ Items: [toSessionItem(sampleRow())] })
    await expect(store.list(row.userId, soon())).rejects.toThrow(UnavailableError)
  })

  test('that have no id cannot be read, and are said', async () => {
    const { sessionId: _, ...nameless } = item
    const { store, entries } = storeWith({ Items: [nameless] })
    expect(await store.list(row.userId, soon())).toEqual([])
    expect(entries).toEqual([{ level: 'error', event: 'corrupt_item', table: 'sessions', sessionId: undefined }])
  })

  test.each([
    [25, [25]],
    [26, [25, 1]],
    [50, [25, 25]],
  ])('are deleted 25 at a time, as many as DynamoDB takes: %i', async (count, sizes) => {
    const Items = Array.from({ length: count }, () => toSessionItem(sampleRow({ userId: row.userId })))
    const { store, asked } = storeWith({ Items }, ...sizes.map(() => ({})), {})
    expect(await store.deleteBelowEpoch(row.userId, 1, NOW, soon())).toHaveLength(count)
    const batches = (asked as BatchWriteItemCommandInput[]).slice(1, -1)
    expect(batches.map(({ RequestItems }) => RequestItems?.sessions?.length)).toEqual(sizes)
  })

  test('of a lower epoch are deleted until none is left, however often DynamoDB leaves some', async () => {
    const dead = toSessionItem(sampleRow({ userId: row.userId, expiresAt: NOW }))
    const strange = sampleRow({ userId: row.userId })
    const unreadable = { ...toSessionItem(strange), userEpoch: { S: 'x' } }
    const left = { sessions: [{ DeleteRequest: { Key: key } }] }
    const { store, asked } = storeWith(
      { Items: [item, toSessionItem(other), dead, unreadable] },
      { UnprocessedItems: left },
      { UnprocessedItems: {} },
      { Items: [toSessionItem(other)] },
    )
    const ended = await store.deleteBelowEpoch(row.userId, 1, NOW, soon())
    expect(ended).toEqual([row.id, strange.id])
    const [first, batch, rest, last] = asked as [QueryCommandInput, ...BatchWriteItemCommandInput[]]
    expect(first.ProjectionExpression).toMatch(/^userId, sessionId, /)
    expect(batch?.RequestItems?.sessions).toHaveLength(3)
    expect(rest?.RequestItems).toEqual(left)
    expect((last as unknown as QueryCommandInput).ConsistentRead).toBe(true)
    expect(asked).toHaveLength(4)
  })
})
