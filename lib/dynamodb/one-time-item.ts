import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import { hashOneTimeSecret } from '../one-time-secret.ts'
import type { Secret } from '../secret.ts'
import type { EpochSeconds } from '../system.ts'
import { numberAttribute, parseWholeNumber } from './attribute.ts'
import type { Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY, send } from './send.ts'

/** The attempts table of `oneTimeItems`. */
export interface OneTimeTable {
  readonly client: DynamoDBClient
  readonly tableName: string
}

/**
 * Items of the attempts table that take effect once, by the hash of their secret; the TTL removes them. They are used up
 * by a mark and not by deletion: a repeated delete could not recognize its own success.
 * @param kind the prefix of the key; the key of a counter never contains `#`
 */
export function oneTimeItems({ client, tableName }: OneTimeTable, kind: 'ticket' | 'challenge' | 'code' | 'passkey') {
  const table = { TableName: tableName, ...RETURN_CONSUMED_CAPACITY }
  const read = itemReader(client, tableName)
  const keyOf = (secret: Secret): Item => ({ key: { S: `${kind}#${hashOneTimeSecret(secret)}` } })
  return {
    /** Never replaces an item: a first attempt that takes effect late would make a used one good again. */
    async put(secret: Secret, attributes: Item, expiresAt: EpochSeconds, deadline: Deadline): Promise<void> {
      const put = new PutItemCommand({
        ...table,
        Item: { ...keyOf(secret), ...attributes, expiresAt: numberAttribute(expiresAt) },
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': 'key' },
      })
      await send(client, put, deadline) // a failed condition means that an earlier attempt was applied
    },

    /** The item, if it is neither used nor expired. */
    async get(secret: Secret, now: EpochSeconds, deadline: Deadline): Promise<Item | undefined> {
      const item = await read(keyOf(secret), deadline)
      const expiresAt = parseWholeNumber(item?.expiresAt)
      return item && item.used === undefined && expiresAt !== undefined && expiresAt > now ? item : undefined
    },

    async use(secret: Secret, mark: string, deadline: Deadline): Promise<boolean> {
      const update = new UpdateItemCommand({
        ...table,
        Key: keyOf(secret),
        UpdateExpression: 'SET used = :mark',
        ConditionExpression: 'attribute_exists(#key) AND (attribute_not_exists(used) OR used = :mark)',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: { ':mark': { S: mark } },
      })
      return !((await send(client, update, deadline)) instanceof ConditionFailed)
    },
  }
}
