import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { ActivityStore } from '../activity/activity-store.ts'
import { toActivityItem } from './activity-item.ts'
import { RETURN_CONSUMED_CAPACITY, sendUnconditional } from './send.ts'

/** Options of `dynamodbActivityWriter`. */
interface ActivityWriterOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  /** How long entries are kept. */
  readonly days: number
}

/** The writing half of `dynamodbActivityStore`, for functions that record activity and never list it. */
export function dynamodbActivityWriter({
  client,
  tableName,
  days,
}: ActivityWriterOptions): Pick<ActivityStore, 'record'> {
  return {
    async record(entries, deadline) {
      const puts = entries.map(
        (entry) =>
          new PutItemCommand({
            TableName: tableName,
            ...RETURN_CONSUMED_CAPACITY,
            Item: toActivityItem(entry, days),
          }),
      )
      await Promise.all(puts.map((put) => sendUnconditional(client, put, deadline)))
    },
  }
}
