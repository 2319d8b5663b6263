import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { logEntry } from '../audit.ts'
import type { Deadline } from '../deadline.ts'
import { UnavailableError } from '../errors.ts'
import type { Log, UserStore } from '../ports.ts'
import { isUserId, type UserId } from '../user.ts'
import { number } from './attribute.ts'
import { itemReader } from './item-reader.ts'
import { type Item, ofKey, PROOF, Refused, send } from './send.ts'
import { emailKey, fromUserItem, toAttributes, toUserItem, userKey } from './user-item.ts'
import { userList } from './user-list.ts'

export interface UserStoreOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly log?: Log
}

/** The users table: partition key `pk`. Costs and contract: `UserStore`. */
export function dynamodbUserStore({ client, tableName, log = () => {} }: UserStoreOptions): UserStore {
  const table = { TableName: tableName, ...PROOF }
  const read = itemReader(client, tableName)

  const store: UserStore = {
    async get(userId, deadline) {
      const item = await read(userKey(userId), deadline)
      if (!item) return undefined
      const user = fromUserItem(item)
      if (user) return user
      // Not "absent": the email of a user taken for absent could be registered anew.
      log(logEntry('corrupt_item', { table: tableName, userId }))
      throw new UnavailableError('the user item is not readable')
    },

    async getPointer(email, deadline) {
      return pointedAt(await read(emailKey(email), deadline))
    },

    async create(user, deadline) {
      const put = new PutItemCommand({
        ...table,
        Item: toUserItem(user),
        ConditionExpression: 'attribute_not_exists(pk)',
      })
      const answer = await send(client, put, deadline, { once: true })
      if (answer instanceof Refused) throw new UnavailableError('a user with this id exists')
    },

    async claimEmail(email, userId, instead, deadline) {
      const key = emailKey(email)
      const put = new PutItemCommand({
        ...table,
        Item: { ...key, userId: { S: userId } },
        ConditionExpression: 'attribute_not_exists(pk) OR userId IN (:mine, :instead)',
        ExpressionAttributeValues: { ':mine': { S: userId }, ':instead': { S: instead ?? userId } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
      const answer = await send(client, put, deadline)
      if (!(answer instanceof Refused)) return userId
      return pointedAt(answer.item ? ofKey(answer.item, key) : await read(key, deadline))
    },

    async delete(userId, changeId, deadline) {
      const remove = new DeleteItemCommand({
        ...table,
        Key: userKey(userId),
        ConditionExpression: 'attribute_not_exists(pk) OR changeId = :changeId',
        ExpressionAttributeValues: { ':changeId': { S: changeId } },
      })
      return !((await send(client, remove, deadline)) instanceof Refused)
    },

    async advanceEpoch(user, changeId, change, deadline) {
      const set = {
        ...toAttributes(change),
        epoch: number(user.epoch + 1),
        changeId: { S: changeId },
        sweepPending: { BOOL: true },
      }
      return setIf(user.id, 'changeId', { S: user.changeId }, set, 'changeId', deadline)
    },

    async clearSweep(userId, epoch, deadline) {
      const update = new UpdateItemCommand({
        ...table,
        Key: userKey(userId),
        UpdateExpression: 'SET sweepPending = :no',
        ConditionExpression: 'epoch = :epoch',
        ExpressionAttributeValues: { ':no': { BOOL: false }, ':epoch': number(epoch) },
      })
      await send(client, update, deadline) // refused: a later end-all has its own sweep to clear
    },

    async update(userId, from, to, change, deadline) {
      const set = { ...toAttributes(change), changeId: { S: to } }
      return setIf(userId, 'changeId', { S: from }, set, 'changeId', deadline)
    },

    async replacePasswordHash(userId, from, to, deadline) {
      return setIf(userId, 'passwordHash', { S: from }, toAttributes({ passwordHash: to }), 'passwordHash', deadline)
    },

    async releaseEmail(email, userId, deadline) {
      const remove = new DeleteItemCommand({
        ...table,
        Key: emailKey(email),
        ConditionExpression: 'userId = :id',
        ExpressionAttributeValues: { ':id': { S: userId } },
      })
      await send(client, remove, deadline) // refused: it is gone, or leads to somebody else by now
    },

    list: userList({ client, tableName, log }),
  }
  return store

  /**
   * Sets attributes of a user if one of them still is `from`. After a refusal the stored `mark`, an attribute that no
   * other write sets to the same, tells whether an earlier try of this very write has been applied.
   */
  async function setIf(
    userId: UserId,
    condition: string,
    from: AttributeValue,
    set: Item,
    mark: 'changeId' | 'passwordHash',
    deadline: Deadline,
  ): Promise<boolean> {
    const names = Object.keys(set)
    const update = new UpdateItemCommand({
      ...table,
      Key: userKey(userId),
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ConditionExpression: `#${condition} = :from`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ':from': from,
        ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    const answer = await send(client, update, deadline)
    if (!(answer instanceof Refused)) return true
    const item = answer.item ?? (await read(userKey(userId), deadline))
    return item !== undefined && item[mark]?.S === set[mark]?.S
  }
}

function pointedAt(pointer: Item | undefined) {
  const userId = pointer?.userId?.S
  return userId !== undefined && isUserId(userId) ? userId : undefined
}
