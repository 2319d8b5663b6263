import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { expect, test } from 'vitest'
import type { ActivityEntry } from '../../lib/activity/activity-store.ts'
import { toActivityItem } from '../../lib/dynamodb/activity-item.ts'
import { dynamodbActivityStore } from '../../lib/dynamodb/activity-store.ts'
import { soon } from '../support/parts.ts'
import { NOW, newSessionId, newUserId } from '../support/samples.ts'
import { respondWith } from './stub-client.ts'

test('how a session ended is looked for on every page, and no further than where it is found', async () => {
  const [userId, id, by] = [newUserId(), newSessionId(), newUserId()]
  const itemOf = (...facts: ActivityEntry['facts']) => {
    const entryId = `${new Date(NOW * 1000).toISOString()}#aaaaaaaa`
    return toActivityItem({ subject: `user#${userId}`, id: entryId, at: NOW * 1000, by: newUserId(), facts }, 90)
  }
  const end = itemOf({ event: 'session_expired', reason: 'scope_removed', sessionIds: [id], by })
  const other = itemOf({ event: 'session_created', sessionIds: [id] })
  const LastEvaluatedKey = { subject: { S: 'next' } }
  const endOf = async (...answers: object[]) => {
    const { client, inputs } = respondWith(...answers)
    const store = dynamodbActivityStore({ client, tableName: 'activity', days: 90 })
    const found = await store.endOf(userId, id, NOW, soon())
    return { found, keys: (inputs as QueryCommandInput[]).map(({ ExclusiveStartKey }) => ExclusiveStartKey) }
  }
  const found = { reason: 'scope_removed', by, at: NOW }
  const empty = { Items: [], LastEvaluatedKey }
  const last = { Items: [end], LastEvaluatedKey }
  expect(await endOf({ Items: [other], LastEvaluatedKey }, empty, last)).toEqual({
    found,
    keys: [undefined, LastEvaluatedKey, LastEvaluatedKey],
  })
  expect(await endOf(empty, { Items: [other] })).toEqual({ found: undefined, keys: [undefined, LastEvaluatedKey] })
})
