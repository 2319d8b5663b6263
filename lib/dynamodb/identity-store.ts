import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { IdentityKey, IdentityPointer, IdentityStore } from '../identity/identity.ts'
import { isUserId } from '../user.ts'
import { assertKey, type Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY, send } from './send.ts'
import { IDENTITY_PREFIX } from './user-item.ts'

const keyOf = (key: IdentityKey): Item => ({ pk: { S: `${IDENTITY_PREFIX}${key}` } })

/** Creates an `IdentityStore` on the users table. The cost of each method is stated at `IdentityStore`. */
export function dynamodbIdentityStore({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient
  readonly tableName: string
}): IdentityStore {
  const table = { TableName: tableName, ...RETURN_CONSUMED_CAPACITY }
  const read = itemReader(client, tableName)
  return {
    async getIdentity(key, deadline) {
      return fromItem(await read(keyOf(key), deadline))
    },

    async claimIdentity(key, pointer, instead, deadline) {
      const put = new PutItemCommand({
        ...table,
        Item: { ...keyOf(key), userId: { S: pointer.userId }, claim: { S: pointer.claim } },
        ConditionExpression: 'attribute_not_exists(pk) OR claim IN (:mine, :instead)',
        ExpressionAttributeValues: { ':mine': { S: pointer.claim }, ':instead': { S: instead ?? pointer.claim } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
      const output = await send(client, put, deadline)
      if (!(output instanceof ConditionFailed)) return pointer
      return fromItem(output.item ? assertKey(output.item, keyOf(key)) : await read(keyOf(key), deadline))
    },

    async releaseIdentity(key, claim, deadline) {
      const remove = new DeleteItemCommand({
        ...table,
        Key: keyOf(key),
        ConditionExpression: 'claim = :claim',
        ExpressionAttributeValues: { ':claim': { S: claim } },
      })
      await send(client, remove, deadline) // a failed condition means that the pointer is gone or another one
    },
  }
}

function fromItem(item: Item | undefined): IdentityPointer | undefined {
  const userId = item?.userId?.S
  const claim = item?.claim?.S
  return userId !== undefined && isUserId(userId) && claim !== undefined ? { userId, claim } : undefined
}
