import { ConditionalCheckFailedException, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import type { Item } from '../../lib/dynamodb/item.ts'
import { emailPointerKey, toUserItem } from '../../lib/dynamodb/user-item.ts'
import { dynamodbUserStore } from '../../lib/dynamodb/user-store.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { LogEntry } from '../../lib/ports.ts'
import { soon } from '../support/parts.ts'
import { newUserId, sampleUser } from '../support/samples.ts'
import { answering } from './answering.ts'

// What is asked of the datastore, and what is made of answers that an engine here gives only by chance.

const user = sampleUser()
const item = toUserItem(user)
const pointer = { ...emailPointerKey(user.email), userId: { S: user.id } }
const refused = (Item?: Item) => new ConditionalCheckFailedException({ $metadata: {}, message: 'no', Item })
function storeWith(...answers: object[]) {
  const { client, asked } = answering(...answers)
  const entries: LogEntry[] = []
  const log = (entry: LogEntry) => void entries.push(entry)
  return { store: dynamodbUserStore({ client, tableName: 'users', log }), asked, entries }
}

describe('a user', () => {
  test('who cannot be read is not taken for absent, and is said', async () => {
    const { store, entries } = storeWith({ Item: { ...item, status: { S: 'other' } } })
    await expect(store.get(user.id, soon())).rejects.toThrow(UnavailableError)
    expect(entries).toEqual([{ level: 'error', event: 'corrupt_item', table: 'users', userId: user.id }])
  })

  test('is read strongly consistent, and as nobody else', async () => {
    const { store, asked } = storeWith({ Item: item }, { Item: toUserItem(sampleUser()) })
    expect(await store.get(user.id, soon())).toEqual(user)
    expect(asked).toMatchObject([{ ConsistentRead: true }])
    await expect(store.get(user.id, soon())).rejects.toThrow(UnavailableError)
  })

  test('whose id is taken is no second one', async () => {
    await expect(storeWith(refused(item)).store.create(user, soon())).rejects.toThrow(UnavailableError)
  })
})

describe('a refused change', () => {
  const changed = toUserItem({ ...user, changeId: 'mine' })
  const update = (...answers: object[]) => {
    const { store, asked } = storeWith(...answers)
    return { done: store.update(user.id, user.changeId, 'mine', { name: 'Ada' }, soon()), asked }
  }

  test('is not looked for where it is done: one write, and no look', async () => {
    const { done, asked } = update({})
    expect(await done).toBe(true)
    expect(asked).toHaveLength(1)
  })

  test('is recognised as done by its own mark, in what comes with the refusal or in a look', async () => {
    expect(await update(refused(changed)).done).toBe(true)
    expect(await update(refused(item)).done).toBe(false)
    expect(await update(refused(), { Item: changed }).done).toBe(true)
    expect(await update(refused(), { Item: item }).done).toBe(false)
    expect(await update(refused(), {}).done).toBe(false)
  })

  test('is told without a second call, where the datastore tells', async () => {
    const { done, asked } = update(refused(item))
    await done
    expect((asked as UpdateItemCommandInput[]).map((input) => input.ReturnValuesOnConditionCheckFailure)).toEqual([
      'ALL_OLD',
    ])
  })
})

describe('a claim of an email', () => {
  const claim = (...answers: object[]) => {
    const { store, asked } = storeWith(...answers)
    return { whose: store.claimEmail(user.email, newUserId(), undefined, soon()), asked }
  }

  test('is done where nobody had it: one write, and no look', async () => {
    const { store, asked } = storeWith({})
    expect(await store.claimEmail(user.email, user.id, undefined, soon())).toBe(user.id)
    expect(asked).toHaveLength(1)
  })

  test('says whose it is, by what comes with the refusal or by a look', async () => {
    const told = claim(refused(pointer))
    expect(await told.whose).toBe(user.id)
    expect(told.asked).toMatchObject([{ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }])
    const looked = claim(refused(), { Item: pointer })
    expect(await looked.whose).toBe(user.id)
    expect(looked.asked).toMatchObject([{}, { ConsistentRead: true }])
  })

  test('says nobody where the email leads to none, and takes another’s for no answer', async () => {
    expect(await claim(refused(), {}).whose).toBeUndefined()
    for (const userId of [{ S: 'short' }, { N: '1' }])
      expect(await claim(refused({ ...pointer, userId })).whose).toBeUndefined()
    expect(await claim(refused(emailPointerKey(user.email))).whose).toBeUndefined()
    const other = { ...pointer, ...emailPointerKey(sampleUser().email) }
    await expect(claim(refused(other)).whose).rejects.toThrow(UnavailableError)
  })
})
