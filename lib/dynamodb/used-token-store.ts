import { hash } from 'node:crypto'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { UsedTokenKind, UsedTokenStore } from '../identity/used-tokens.ts'
import { numberAttribute } from './attribute.ts'
import type { Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import type { OneTimeTable } from './one-time-item.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY, send } from './send.ts'

/** Creates a `UsedTokenStore` on the attempts table, whose TTL removes the items. */
export function dynamodbUsedTokenStore({ client, tableName }: OneTimeTable): UsedTokenStore {
  const read = itemReader(client, tableName)
  const keyOf = (kind: UsedTokenKind, name: string): Item => ({
    key: { S: `used#${kind}#${hash('sha256', name, 'base64url')}` },
  })
  return {
    async use(kind, name, mark, until, deadline) {
      const update = new UpdateItemCommand({
        TableName: tableName,
        ...RETURN_CONSUMED_CAPACITY,
        Key: keyOf(kind, name),
        UpdateExpression: 'SET used = :mark, expiresAt = :until',
        ConditionExpression: 'attribute_not_exists(used) OR used = :mark',
        ExpressionAttributeValues: { ':mark': { S: mark }, ':until': numberAttribute(until) },
      })
      return !((await send(client, update, deadline)) instanceof ConditionFailed)
    },

    isUsed: async (kind, name, deadline) => (await read(keyOf(kind, name), deadline))?.used !== undefined,
  }
}
