import { ConditionalCheckFailedException, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { dynamodbAttemptStore } from '../../lib/dynamodb/attempt-store.ts'
import type { Item } from '../../lib/dynamodb/item.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { AttemptKey } from '../../lib/ports.ts'
import { soon } from '../support/parts.ts'
import { NOW } from '../support/samples.ts'
import { answering } from './answering.ts'

// What is asked of the datastore, and what is made of answers that an engine here gives only by chance.

const key = 'key' as AttemptKey
const budget = { limit: 3, windowSeconds: 900, windowDoubles: true }
const round: Item = {
  key: { S: key },
  taken: { N: '3' },
  windowSeconds: { N: '900' },
  opensAt: { N: String(NOW + 900) },
  expiresAt: { N: String(NOW + 172_800) },
}
const refused = (Item?: Item) => new ConditionalCheckFailedException({ $metadata: {}, message: 'no', Item })
function storeWith(...answers: object[]) {
  const { client, asked } = answering(...answers)
  return { store: dynamodbAttemptStore({ client, tableName: 'attempts' }), asked }
}

describe('a slot that is refused', () => {
  test('is told from the counter that comes with the refusal, which is asked for', async () => {
    const { store, asked } = storeWith(refused(round))
    expect(await store.reserve(key, budget, NOW, soon())).toBe(900)
    expect((asked as UpdateItemCommandInput[]).map((input) => input.ReturnValuesOnConditionCheckFailure)).toEqual([
      'ALL_OLD',
    ])
  })

  test('is told from a strongly consistent look, where nothing comes with it', async () => {
    const { store, asked } = storeWith(refused(), { Item: round })
    expect(await store.reserve(key, budget, NOW, soon())).toBe(900)
    expect(asked).toMatchObject([{}, { ConsistentRead: true }])
  })

  test('is asked for again where the counter has been cleared meanwhile', async () => {
    const { store, asked } = storeWith(refused(), {}, {})
    expect(await store.reserve(key, budget, NOW, soon())).toBe(0)
    expect(asked).toHaveLength(3)
  })

  test.each(['taken', 'windowSeconds', 'opensAt', 'expiresAt'])(
    'for a counter without %s is no answer',
    async (name) => {
      const { [name]: _, ...rest } = round
      for (const opensAt of [NOW - 1, NOW + 900]) {
        const item = { ...rest, ...(name !== 'opensAt' && { opensAt: { N: String(opensAt) } }) }
        const { store, asked } = storeWith(refused(item))
        await expect(store.reserve(key, budget, NOW, soon())).rejects.toThrow(UnavailableError)
        expect(asked).toHaveLength(1)
      }
    },
  )

  test('for the counter of another is no answer', async () => {
    const other = { ...round, key: { S: 'other' } }
    for (const answers of [[refused(other)], [refused(), { Item: other }]])
      await expect(storeWith(...answers).store.reserve(key, budget, NOW, soon())).rejects.toThrow(UnavailableError)
  })
})

test('a counter is cleared where the datastore says what was there', async () => {
  const cleared = async (answer: object) => storeWith(answer).store.reset(key, soon())
  expect(await cleared({ Attributes: round })).toBe(true)
  expect(await cleared({})).toBe(false)
  expect(await cleared(refused())).toBe(false)
  const { store, asked } = storeWith({})
  await store.reset(key, soon())
  expect(asked).toMatchObject([{ ReturnValues: 'ALL_OLD' }])
})
