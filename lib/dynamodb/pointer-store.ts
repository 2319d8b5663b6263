import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { PointerTarget, UserStore } from '../ports.ts'
import { isUserId } from '../user.ts'
import { assertKey, type Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY, send } from './send.ts'
import { emailPointerKey } from './user-item.ts'

/** The pointers of emails, a part of the user store. A pointer is told from others by its user and its claim together. */
export function dynamodbPointerStore({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient
  readonly tableName: string
}): Pick<UserStore, 'getPointer' | 'claimEmail' | 'releaseEmail'> {
  const table = { TableName: tableName, ...RETURN_CONSUMED_CAPACITY }
  const read = itemReader(client, tableName)

  return {
    async getPointer(email, deadline) {
      return fromItem(await read(emailPointerKey(email), deadline))?.userId
    },

    async claimEmail(email, pointer, dead, deadline) {
      const key = emailPointerKey(email)
      const mine = sameAs(pointer, 'mine')
      const free = dead && sameAs(dead, 'dead')
      const put = new PutItemCommand({
        ...table,
        Item: { ...key, ...toItem(pointer) },
        ConditionExpression: ['attribute_not_exists(pk)', mine.condition, ...(free ? [free.condition] : [])].join(
          ' OR ',
        ),
        ExpressionAttributeValues: { ...mine.values, ...free?.values },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
      const output = await send(client, put, deadline)
      if (!(output instanceof ConditionFailed)) return pointer
      return fromItem(output.item ? assertKey(output.item, key) : await read(key, deadline))
    },

    async releaseEmail(email, pointer, deadline) {
      const { condition, values } = sameAs(pointer, 'mine')
      const remove = new DeleteItemCommand({
        ...table,
        Key: emailPointerKey(email),
        ConditionExpression: condition,
        ExpressionAttributeValues: values,
      })
      await send(client, remove, deadline) // a failed condition means that the pointer is gone or another one
    },
  }
}

/** The condition that the stored pointer is this one. */
function sameAs({ userId, claim }: PointerTarget, name: string): { condition: string; values: Item } {
  const user = { [`:${name}`]: { S: userId } }
  if (claim === undefined) return { condition: `(userId = :${name} AND attribute_not_exists(claim))`, values: user }
  return {
    condition: `(userId = :${name} AND claim = :${name}Claim)`,
    values: { ...user, [`:${name}Claim`]: { S: claim } },
  }
}

function toItem({ userId, claim }: PointerTarget): Item {
  return { userId: { S: userId }, ...(claim === undefined ? {} : { claim: { S: claim } }) }
}

function fromItem(pointer: Item | undefined): PointerTarget | undefined {
  const userId = pointer?.userId?.S
  const claim = pointer?.claim?.S
  if (userId === undefined || !isUserId(userId)) return undefined
  return { userId, ...(claim === undefined ? {} : { claim }) }
}
