import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import { backOff } from './back-off.ts'
import type { Item } from './item.ts'
import { RETURN_CONSUMED_CAPACITY, sendUnconditional } from './send.ts'

/** The most writes a BatchWriteItem call accepts. */
const MAX_BATCH_WRITES = 25

/** Deletes items by their keys, in batches; returns once DynamoDB has left nothing unprocessed. */
export async function deleteItems(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly Item[],
  deadline: Deadline,
): Promise<void> {
  for (let start = 0; start < keys.length; start += MAX_BATCH_WRITES)
    await deleteBatch(client, tableName, keys.slice(start, start + MAX_BATCH_WRITES), deadline)
}

async function deleteBatch(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly Item[],
  deadline: Deadline,
): Promise<void> {
  let requests = keys.map((Key) => ({ DeleteRequest: { Key } }))
  for (let tries = 0; ; tries++) {
    const batch = new BatchWriteItemCommand({ RequestItems: { [tableName]: requests }, ...RETURN_CONSUMED_CAPACITY })
    const { UnprocessedItems = {} } = await sendUnconditional(client, batch, deadline)
    requests = (UnprocessedItems[tableName] ?? []) as typeof requests
    if (requests.length === 0) return
    await backOff(tries, deadline)
  }
}
