import { setTimeout as sleep } from 'node:timers/promises'
import { BatchGetItemCommand, type DynamoDBClient, type KeysAndAttributes, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { Item } from '../../lib/dynamodb/item.ts'
import { projectionOf } from '../../lib/dynamodb/projection.ts'
import { call } from '../aws.ts'

const PAGE = 500 // items: at most half a megabyte in usual tables
const BATCH = 100 // limit of BatchGetItem
const FIRST_PAUSE_MS = 50
const MAX_PAUSE_MS = 2000

/** Reads every item of a table, page by page. Half a read unit for each 4 KB. */
export async function* scanPages(client: DynamoDBClient, tableName: string): AsyncGenerator<Item[]> {
  let ExclusiveStartKey: Item | undefined
  do {
    const scan = new ScanCommand({ TableName: tableName, Limit: PAGE, ExclusiveStartKey })
    const page = await call((how) => client.send(scan, how))
    yield page.Items ?? []
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey)
}

/** Reads one text attribute of the items with these keys; otherwise as `readAttributes`. */
export async function readAttribute(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly Item[],
  attribute: string,
): Promise<Map<string, string | undefined>> {
  const items = await readAttributes(client, tableName, keys, [attribute])
  return new Map([...items].map(([pk, item]) => [pk, item[attribute]?.S]))
}

/**
 * Reads attributes of the items with these keys, strongly consistent. Keys without an item are not in the result.
 * One read unit for each key and one call for each hundred; unprocessed keys are retried.
 */
export async function readAttributes(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly Item[],
  attributes: readonly string[],
): Promise<Map<string, Item>> {
  const distinct = [...new Map(keys.map((key) => [pkOf(key), key])).values()] // BatchGetItem rejects duplicate keys
  const found = new Map<string, Item>()
  for (let start = 0; start < distinct.length; start += BATCH) {
    let requested: KeysAndAttributes | undefined = {
      Keys: distinct.slice(start, start + BATCH),
      ConsistentRead: true,
      ...projectionOf(['pk', ...attributes]),
    }
    for (let pause = FIRST_PAUSE_MS; requested; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      const get: BatchGetItemCommand = new BatchGetItemCommand({ RequestItems: { [tableName]: requested } })
      const { Responses = {}, UnprocessedKeys = {} } = await call((how) => client.send(get, how))
      // The response may name the table by its ARN.
      for (const item of Object.values(Responses).flat()) found.set(pkOf(item), item)
      requested = Object.values(UnprocessedKeys)[0]
      if (requested) await sleep(pause)
    }
  }
  return found
}

/** The partition key; '' if the item has none. */
export const pkOf = ({ pk }: Item): string => pk?.S ?? ''
