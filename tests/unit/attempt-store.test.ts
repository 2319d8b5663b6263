import { ConditionalCheckFailedException, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { dynamodbAttemptStore } from '../../lib/dynamodb/attempt-store.ts'
import type { Item } from '../../lib/dynamodb/item.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { AttemptKey } from '../../lib/ports.ts'
import { waitOf } from '../support/attempts.ts'
import { soon } from '../support/parts.ts'
import { NOW } from '../support/samples.ts'
import { respondWith } from './stub-client.ts'

// The calls that are made, and the handling of responses that a local engine gives only by chance.

const key = 'key' as AttemptKey
const budget = { limit: 3, windowSeconds: 900, windowDoubles: true }
const round: Item = {
  key: { S: key },
  taken: { N: '3' },
  windowSeconds: { N: '900' },
  opensAt: { N: String(NOW + 900) },
  expiresAt: { N: String(NOW + 172_800) },
}
const conditionFailed = (Item?: Item) => new ConditionalCheckFailedException({ $metadata: {}, message: 'no', Item })
function storeWith(...answers: object[]) {
  const { client, inputs } = respondWith(...answers)
  return { store: dynamodbAttemptStore({ client, tableName: 'attempts' }), inputs }
}

describe('an attempt whose condition fails', () => {
  test('is judged by the counter in the failed condition, which is requested', async () => {
    const { store, inputs } = storeWith(conditionFailed(round))
    expect(waitOf(await store.reserve(key, budget, NOW, soon()), NOW)).toBe(900)
    expect((inputs as UpdateItemCommandInput[]).map((input) => input.ReturnValuesOnConditionCheckFailure)).toEqual([
      'ALL_OLD',
    ])
  })

  test('is judged by a strongly consistent read when the failed condition has no counter', async () => {
    const { store, inputs } = storeWith(conditionFailed(), { Item: round })
    expect(waitOf(await store.reserve(key, budget, NOW, soon()), NOW)).toBe(900)
    expect(inputs).toMatchObject([{}, { ConsistentRead: true }])
  })

  test('is tried again when the counter was reset in between', async () => {
    const { store, inputs } = storeWith(conditionFailed(), {}, { Attributes: round })
    expect(waitOf(await store.reserve(key, budget, NOW, soon()), NOW)).toBe(0)
    expect(inputs).toHaveLength(3)
  })

  test.each(['taken', 'windowSeconds', 'opensAt', 'expiresAt'])(
    'fails as unavailable for a counter without %s',
    async (name) => {
      const { [name]: _, ...rest } = round
      for (const opensAt of [NOW - 1, NOW + 900]) {
        const item = { ...rest, ...(name !== 'opensAt' && { opensAt: { N: String(opensAt) } }) }
        const { store, inputs } = storeWith(conditionFailed(item))
        await expect(store.reserve(key, budget, NOW, soon())).rejects.toThrow(UnavailableError)
        expect(inputs).toHaveLength(1)
      }
    },
  )

  test('fails as unavailable for a counter with another key', async () => {
    const other = { ...round, key: { S: 'other' } }
    for (const answers of [[conditionFailed(other)], [conditionFailed(), { Item: other }]])
      await expect(storeWith(...answers).store.reserve(key, budget, NOW, soon())).rejects.toThrow(UnavailableError)
  })
})

test('resetting reports a counter only if the datastore returns the deleted item', async () => {
  const cleared = async (answer: object) => storeWith(answer).store.reset(key, soon())
  expect(await cleared({ Attributes: round })).toBe(true)
  expect(await cleared({})).toBe(false)
  expect(await cleared(conditionFailed())).toBe(false)
  const { store, inputs } = storeWith({})
  await store.reset(key, soon())
  expect(inputs).toMatchObject([{ ReturnValues: 'ALL_OLD' }])
})
