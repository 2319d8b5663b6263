import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import { measureCall } from '../metrics.ts'
import type { Consistency } from '../ports.ts'
import { monotonicMilliseconds } from '../system.ts'
import { captureRequest, type DirectCall, resumeWith } from './direct-call.ts'
import { assertKey, type GetItemResponse, type Item, parseGetItemResponse } from './item.ts'
import type { Projection } from './projection.ts'
import { RETURN_CONSUMED_CAPACITY, sendUnconditional } from './send.ts'

/** Reads one item by its key, whole or as far as it is projected; `undefined` if there is none. */
export type ItemReader = (
  key: Item,
  deadline: Deadline,
  consistency?: Consistency,
  projection?: Projection,
) => Promise<Item | undefined>

/**
 * GetItem on one table, the read that every session check makes. Because the SDK's middleware costs more than the rest
 * of a check, the first attempt bypasses it, using the SDK's own connections, credentials and time limits. If that
 * attempt brings anything but an ordinary success, the SDK resumes from it as if it had made the attempt itself
 * (docs/decisions/017).
 * @throws UnavailableError as `send` does, and if the item has another key.
 */
export function itemReader(client: DynamoDBClient, tableName: string): ItemReader {
  let directCall: DirectCall<GetItemResponse> | undefined

  async function read(
    Key: Item,
    deadline: Deadline,
    consistency: Consistency,
    projection: Projection | undefined,
  ): Promise<Item | undefined> {
    const ConsistentRead = consistency === 'strong'
    const input = { TableName: tableName, Key, ConsistentRead, ...projection, ...RETURN_CONSUMED_CAPACITY }
    const call = directCall
    const began = monotonicMilliseconds()
    const result = call && (await deadline.run(() => call(JSON.stringify(input))))
    if (result && 'output' in result) {
      const { item, units } = result.output
      measureCall({ milliseconds: monotonicMilliseconds() - began, units, isRead: true })
      return item
    }
    const command = new GetItemCommand(input)
    if (result) resumeWith(result, command)
    else
      captureRequest(client, command, parseGetItemResponse, (captured) => {
        directCall = captured
      })
    return (await sendUnconditional(client, command, deadline)).Item
  }

  return async (key, deadline, consistency = 'strong', projection) => {
    const item = await read(key, deadline, consistency, projection)
    return item && assertKey(item, key)
  }
}
