import { ConditionalCheckFailedException, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import type { Item } from '../../lib/dynamodb/item.ts'
import { emailPointerKey, toUserItem } from '../../lib/dynamodb/user-item.ts'
import { dynamodbUserStore } from '../../lib/dynamodb/user-store.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { LogEntry } from '../../lib/ports.ts'
import { scopes, soon } from '../support/parts.ts'
import { newUserId, sampleUser } from '../support/samples.ts'
import { respondWith } from './stub-client.ts'

// The calls that are made, and the handling of responses that a local engine gives only by chance.

const user = sampleUser()
const item = toUserItem(user)
/** A user with every attribute. */
const lastChanges = [{ epoch: 1, changeId: 'c', reason: 'revoked_all', at: 1 }] as const
const link = { hash: 'h', epoch: 1, expiresAt: 1 }
const links = { reset: link, verification: link }
const claims = { claiming: { email: sampleUser().email, ...link }, undo: { email: sampleUser().email, ...link } }
const dates = { claim: 'c', lapsedAt: 0, since: { passwordHash: 0 }, mustChangePassword: true } as const
const full = { name: 'Ada', scopes: scopes('a'), emailVerified: true, lastChanges, ...links, ...claims, ...dates }
const sampleFull = sampleUser(full)
const pointer = { ...emailPointerKey(user.email), userId: { S: user.id } }
const conditionFailed = (Item?: Item) => new ConditionalCheckFailedException({ $metadata: {}, message: 'no', Item })
function storeWith(...answers: object[]) {
  const { client, inputs } = respondWith(...answers)
  const entries: LogEntry[] = []
  const log = (entry: LogEntry) => void entries.push(entry)
  return { store: dynamodbUserStore({ client, tableName: 'users', log }), inputs, entries }
}

describe('reading and creating a user', () => {
  test('fails as unavailable for a malformed item and logs it', async () => {
    const { store, entries } = storeWith({ Item: { ...item, status: { S: 'other' } } })
    await expect(store.get(user.id, soon())).rejects.toThrow(UnavailableError)
    expect(entries).toEqual([{ level: 'error', event: 'corrupt_item', table: 'users', userId: user.id }])
  })

  test('reads strongly consistent and refuses an item of another user', async () => {
    const { store, inputs } = storeWith({ Item: item }, { Item: toUserItem(sampleUser()) })
    expect(await store.get(user.id, soon())).toEqual(user)
    expect(inputs).toMatchObject([{ ConsistentRead: true }])
    await expect(store.get(user.id, soon())).rejects.toThrow(UnavailableError)
  })

  test('fails as unavailable when the id is in use', async () => {
    await expect(storeWith(conditionFailed(item)).store.create(user, soon())).rejects.toThrow(UnavailableError)
  })
})

describe('a store that omits password hashes', () => {
  const omitting = (...answers: object[]) => {
    const { client, inputs } = respondWith(...answers)
    return { store: dynamodbUserStore({ client, tableName: 'users', omitPasswordHash: true }), inputs }
  }
  const { passwordHash: _, ...withoutHash } = item

  test('reads a user and a list of users without the hash', async () => {
    const { store, inputs } = omitting(
      { Item: withoutHash },
      { Items: [pointer] },
      { Responses: { users: [withoutHash] } },
    )
    expect(await store.get(user.id, soon())).toEqual({ ...user, passwordHash: undefined })
    await store.list({ limit: 1 }, soon())
    const [get, scan, batch] = inputs as { RequestItems?: Record<string, object> }[]
    for (const read of [get, batch?.RequestItems?.users] as { ExpressionAttributeNames: Record<string, string> }[]) {
      const names = Object.values(read.ExpressionAttributeNames)
      expect([...names, 'passwordHash'].sort()).toEqual(Object.keys(toUserItem(sampleFull)).sort())
      expect(read).toMatchObject({ ProjectionExpression: names.map((name) => `#${name}`).join(', ') })
    }
    expect(scan).toMatchObject({ Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: '#pk, #userId' })
  })

  test('does not request the stored user when the condition of a change fails, but reads it without the hash', async () => {
    const { store, inputs } = omitting(conditionFailed(), { Item: { ...withoutHash, changeId: { S: 'mine' } } })
    expect(await store.update(user.id, user.changeId, 'mine', { name: 'Ada' }, soon())).toBe(true)
    expect(inputs[0]).not.toHaveProperty('ReturnValuesOnConditionCheckFailure')
    expect(inputs[1]).toMatchObject({ ProjectionExpression: expect.not.stringContaining('passwordHash') })
  })
})

describe('a conditional change of a user', () => {
  const changed = toUserItem({ ...user, changeId: 'mine' })
  const update = (...answers: object[]) => {
    const { store, inputs } = storeWith(...answers)
    return { done: store.update(user.id, user.changeId, 'mine', { name: 'Ada' }, soon()), inputs }
  }

  test('costs one write and no read when the condition holds', async () => {
    const { done, inputs } = update({})
    expect(await done).toBe(true)
    expect(inputs).toHaveLength(1)
  })

  test('recognizes its own earlier attempt in the failed condition’s item or by a read', async () => {
    expect(await update(conditionFailed(changed)).done).toBe(true)
    expect(await update(conditionFailed(item)).done).toBe(false)
    expect(await update(conditionFailed(), { Item: changed }).done).toBe(true)
    expect(await update(conditionFailed(), { Item: item }).done).toBe(false)
    expect(await update(conditionFailed(), {}).done).toBe(false)
  })

  test('needs no read when the failed condition returns the item', async () => {
    const { done, inputs } = update(conditionFailed(item))
    await done
    expect((inputs as UpdateItemCommandInput[]).map((input) => input.ReturnValuesOnConditionCheckFailure)).toEqual([
      'ALL_OLD',
    ])
  })
})

describe('claiming an email', () => {
  const claim = (...answers: object[]) => {
    const { store, inputs } = storeWith(...answers)
    return { holder: store.claimEmail(user.email, { userId: newUserId() }, undefined, soon()), inputs }
  }

  test('costs one write and no read when the email is free', async () => {
    const { store, inputs } = storeWith({})
    expect(await store.claimEmail(user.email, { userId: user.id }, undefined, soon())).toEqual({ userId: user.id })
    expect(inputs).toHaveLength(1)
  })

  test('returns the holder from the failed condition’s item or by a read', async () => {
    const fromItem = claim(conditionFailed(pointer))
    expect(await fromItem.holder).toEqual({ userId: user.id })
    expect(fromItem.inputs).toMatchObject([{ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }])
    const fromRead = claim(conditionFailed(), { Item: pointer })
    expect(await fromRead.holder).toEqual({ userId: user.id })
    expect(fromRead.inputs).toMatchObject([{}, { ConsistentRead: true }])
  })

  test('returns undefined for a pointer without a user and refuses an item with another key', async () => {
    expect(await claim(conditionFailed(), {}).holder).toBeUndefined()
    for (const userId of [{ S: 'short' }, { N: '1' }])
      expect(await claim(conditionFailed({ ...pointer, userId })).holder).toBeUndefined()
    expect(await claim(conditionFailed(emailPointerKey(user.email))).holder).toBeUndefined()
    const other = { ...pointer, ...emailPointerKey(sampleUser().email) }
    await expect(claim(conditionFailed(other)).holder).rejects.toThrow(UnavailableError)
  })
})
