import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { type ItemReader, readItems, sdkGetItem } from './get-item.ts'

export type { ItemReader } from './get-item.ts'

/**
 * GetItem on one table, the read that every session check makes. The first attempt bypasses the SDK's middleware, using
 * the SDK's own connections, credentials and time limits. If that attempt brings anything but an ordinary success, the
 * SDK resumes from it as if it had made the attempt itself (docs/decisions/017).
 * @throws UnavailableError as `send` does, and if the item has another key.
 */
export function itemReader(client: DynamoDBClient, tableName: string): ItemReader {
  return readItems(sdkGetItem(client, GetItemCommand), tableName)
}
