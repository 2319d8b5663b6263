import { setTimeout as sleep } from 'node:timers/promises'
import { BatchGetItemCommand, type DynamoDBClient, type KeysAndAttributes, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { Item } from '../../lib/dynamodb/item.ts'
import { call } from '../aws.ts'

const PAGE = 500 // items; half a megabyte at the most usual
const BATCH = 100 // what BatchGetItem takes
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2000

/** Every item of a table, a page at a time. Half a read unit for each 4 KB. */
export async function* pages(client: DynamoDBClient, tableName: string): AsyncGenerator<Item[]> {
  let ExclusiveStartKey: Item | undefined
  do {
    const scan = new ScanCommand({ TableName: tableName, Limit: PAGE, ExclusiveStartKey })
    const page = await call((how) => client.send(scan, how))
    yield page.Items ?? []
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey)
}

/**
 * The items of these `pk`s that there are, strongly consistent, with this one attribute of each. A read unit a key and
 * one call a hundred; what DynamoDB leaves unprocessed is asked for again.
 */
export async function attributeOf(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly Item[],
  attribute: string,
): Promise<Map<string, string | undefined>> {
  const distinct = [...new Map(keys.map((key) => [pkOf(key), key])).values()] // a key twice in a batch is refused
  const found = new Map<string, string | undefined>()
  for (let start = 0; start < distinct.length; start += BATCH) {
    let asked: KeysAndAttributes | undefined = {
      Keys: distinct.slice(start, start + BATCH),
      ConsistentRead: true,
      ProjectionExpression: `pk, ${attribute}`,
    }
    for (let pause = FIRST_PAUSE_MS; asked; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const get: BatchGetItemCommand = new BatchGetItemCommand({ RequestItems: { [tableName]: asked } })
      const { Responses = {}, UnprocessedKeys = {} } = await call((how) => client.send(get, how))
      // Of one table, whichever of its names DynamoDB answers with.
      for (const item of Object.values(Responses).flat()) found.set(pkOf(item), item[attribute]?.S)
      asked = Object.values(UnprocessedKeys)[0]
      if (asked) await sleep(pause)
    }
  }
  return found
}

/** '' of an item without one. */
export const pkOf = ({ pk }: Item): string => pk?.S ?? ''
