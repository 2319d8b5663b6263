import type { DynamoDBClient, GetItemCommand, GetItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import { measureCall } from '../metrics.ts'
import type { Consistency } from '../ports.ts'
import { monotonicMilliseconds } from '../system.ts'
import { captureRequest, type DirectCall, type DirectResult, resumeWith, type Unfinished } from './direct-call.ts'
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

/** Makes a GetItem call. @param attempted a first attempt that was already made */
export type GetItem = (
  input: GetItemCommandInput,
  deadline: Deadline,
  attempted?: Unfinished,
) => Promise<Item | undefined>

/** Reads items of a table. @throws UnavailableError as `send` does, and if the item has another key. */
export function readItems(getItem: GetItem, tableName: string): ItemReader {
  return async (Key, deadline, consistency = 'strong', projection) => {
    const ConsistentRead = consistency === 'strong'
    const input = { TableName: tableName, Key, ConsistentRead, ...projection, ...RETURN_CONSUMED_CAPACITY }
    const item = await getItem(input, deadline)
    return item && assertKey(item, Key)
  }
}

/**
 * GetItem with the SDK loaded. Because its middleware costs more than the rest of a check, the first attempt of each
 * call but the first bypasses it (docs/decisions/017).
 */
export function sdkGetItem(client: DynamoDBClient, Command: typeof GetItemCommand): GetItem {
  let directCall: DirectCall<GetItemResponse> | undefined
  return async (input, deadline, attempted) => {
    const call = directCall
    const result = attempted ?? (call && (await attempt(() => call(JSON.stringify(input)), deadline)))
    if (result && 'output' in result) return result.output.item
    const command = new Command(input)
    if (result) resumeWith(result, command)
    else
      captureRequest(client, command, parseGetItemResponse, (captured) => {
        directCall = captured
      })
    return (await sendUnconditional(client, command, deadline)).Item
  }
}

/** Makes a direct attempt at a read within the deadline, and measures it if it is a success. */
export async function attempt(
  call: () => Promise<DirectResult<GetItemResponse>>,
  deadline: Deadline,
): Promise<DirectResult<GetItemResponse>> {
  const began = monotonicMilliseconds()
  const result = await deadline.run(call)
  if ('output' in result)
    measureCall({ milliseconds: monotonicMilliseconds() - began, units: result.output.units, isRead: true })
  return result
}
