import { type AttributeValue, DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import { UnavailableError } from '../errors.ts'
import type { UserStore } from '../ports.ts'
import type { UserId } from '../user.ts'
import { numberAttribute } from './attribute.ts'
import { dynamodbFactorUse } from './factor-use.ts'
import type { Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import { dynamodbPointerStore } from './pointer-store.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY, send } from './send.ts'
import { fromLastChanges, toUserItem, userChangeAttributes, userKey } from './user-item.ts'
import { userList } from './user-list.ts'
import { dynamodbUserReader, type UserStoreOptions, userProjection } from './user-reader.ts'

export type { UserStoreOptions } from './user-reader.ts'

/**
 * Creates a `UserStore` on a DynamoDB table with partition key `pk`. The cost of each method is stated at `UserStore`.
 * @example
 * ```ts
 * import { createUsers } from 'coatcheck'
 * import { createClient, dynamodbUserStore } from 'coatcheck/dynamodb'
 *
 * const client = createClient({ timeoutMs: 800 })
 * const users = createUsers({ store: dynamodbUserStore({ client, tableName: 'coatcheck-prod-users' }) })
 * ```
 */
export function dynamodbUserStore({
  client,
  tableName,
  log = () => {},
  omitPasswordHash = false,
  withFactors = false,
  withIdentities = withFactors,
}: UserStoreOptions): UserStore {
  const projection = userProjection({ omitPasswordHash, withFactors, withIdentities })
  const table = { TableName: tableName, ...RETURN_CONSUMED_CAPACITY }
  const read = itemReader(client, tableName)
  const readUserItem = (userId: UserId, deadline: Deadline) => read(userKey(userId), deadline, 'strong', projection)

  const store: UserStore = {
    ...dynamodbUserReader({
      read: itemReader(client, tableName),
      tableName,
      log,
      omitPasswordHash,
      withFactors,
      withIdentities,
    }),

    async create(user, deadline) {
      const put = new PutItemCommand({
        ...table,
        Item: toUserItem(user),
        ConditionExpression: 'attribute_not_exists(pk)',
      })
      const output = await send(client, put, deadline, { singleAttempt: true })
      if (output instanceof ConditionFailed) throw new UnavailableError('A user with this id already exists')
    },

    async delete(userId, changeId, deadline) {
      const remove = new DeleteItemCommand({
        ...table,
        Key: userKey(userId),
        ConditionExpression: 'attribute_not_exists(pk) OR changeId = :changeId',
        ExpressionAttributeValues: { ':changeId': { S: changeId } },
      })
      return !((await send(client, remove, deadline)) instanceof ConditionFailed)
    },

    async advanceEpoch(user, changeId, change, deadline) {
      const set = {
        ...userChangeAttributes(change),
        epoch: numberAttribute(user.epoch + 1),
        changeId: { S: changeId },
        sweepPending: { BOOL: true },
      }
      return setIfUnchanged(user.id, 'changeId', { S: user.changeId }, set, deadline, change.removes)
    },

    async clearSweep(userId, epoch, deadline) {
      const update = new UpdateItemCommand({
        ...table,
        Key: userKey(userId),
        UpdateExpression: 'SET sweepPending = :no',
        ConditionExpression: 'epoch = :epoch',
        ExpressionAttributeValues: { ':no': { BOOL: false }, ':epoch': numberAttribute(epoch) },
      })
      await send(client, update, deadline) // a failed condition means that a later revoke-all clears its own sweep
    },

    async update(userId, from, to, change, deadline) {
      const set = { ...userChangeAttributes(change), changeId: { S: to } }
      return setIfUnchanged(userId, 'changeId', { S: from }, set, deadline, change.removes)
    },

    async replacePasswordHash(userId, from, to, deadline) {
      return setIfUnchanged(userId, 'passwordHash', { S: from }, userChangeAttributes({ passwordHash: to }), deadline)
    },

    ...dynamodbFactorUse({ client, tableName }),
    ...dynamodbPointerStore({ client, tableName }),

    list: userList({ client, tableName, log, projection }),
  }
  return store

  /**
   * Sets and removes attributes of a user if `attribute` still has the value `from`. If the condition fails, the stored value tells
   * whether an earlier attempt of this write was applied: no other write sets the attribute to the same value.
   */
  async function setIfUnchanged(
    userId: UserId,
    attribute: 'changeId' | 'passwordHash',
    from: AttributeValue,
    set: Item,
    deadline: Deadline,
    removes: readonly string[] = [],
  ): Promise<boolean> {
    const names = Object.keys(set)
    // A path such as passkeyCounts.<id> has a placeholder for each part.
    const paths = removes.map((path) => path.split('.'))
    const removed = paths.flatMap((parts, path) => parts.map((name, part) => [`#removed${path}_${part}`, name]))
    const expressions = paths.map((parts, path) => parts.map((_, part) => `#removed${path}_${part}`).join('.'))
    const removal = removes.length > 0 ? ` REMOVE ${expressions.join(', ')}` : ''
    const update = new UpdateItemCommand({
      ...table,
      Key: userKey(userId),
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}${removal}`,
      ConditionExpression: `#${attribute} = :from`,
      ExpressionAttributeNames: Object.fromEntries([...names.map((name) => [`#${name}`, name]), ...removed]),
      ExpressionAttributeValues: {
        ':from': from,
        ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
      },
      // The returned item would contain the hash.
      ...(omitPasswordHash ? {} : { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    })
    const output = await send(client, update, deadline)
    if (!(output instanceof ConditionFailed)) return true
    const item = output.item ?? (await readUserItem(userId, deadline))
    if (!item) return false
    // Another change may have followed an attempt that was applied: the last changes name it.
    const known = fromLastChanges(item.lastChanges?.L ?? [])
    return item[attribute]?.S === set[attribute]?.S || known.some(({ changeId }) => changeId === set.changeId?.S)
  }
}
