import type { Item } from '../../../lib/dynamodb/item.ts'

/** An item as JSON in a response of DynamoDB, with bytes as base64. */
export function marshal(item: Item): object {
  return JSON.parse(
    JSON.stringify(item, (_, value) => (isBytes(value) ? Buffer.from(value).toString('base64') : value)),
  )
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array
