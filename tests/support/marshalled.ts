import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from '../../lib/dynamodb/item.ts'

/** An item as it is on the wire, where binary values are Base64. */
export const marshalled = (item: Item): object =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, onWire(value)]))

function onWire(value: AttributeValue): object {
  if (value.B) return { B: Buffer.from(value.B).toString('base64') }
  if (value.L) return { L: value.L.map(onWire) }
  if (value.M) return { M: marshalled(value.M) }
  return value
}
