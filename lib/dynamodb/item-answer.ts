import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from './send.ts'
import { isObject } from './well-formed.ts'

/** What GetItem answered: the item, or that there is none. */
export interface ItemAnswer {
  readonly item: Item | undefined
}

/**
 * Reads an answer of GetItem that says what it consumed and holds nothing but the types of attributes that Coatcheck
 * writes, just as the SDK would. `undefined` for every other: the SDK knows what to make of it.
 */
export function readItemAnswer(text: string): ItemAnswer | undefined {
  const answer = parsed(text)
  if (!isObject(answer) || !isObject(answer.ConsumedCapacity)) return undefined
  if (answer.Item === undefined) return { item: undefined }
  if (!isObject(answer.Item)) return undefined
  const item: Item = {}
  for (const name in answer.Item) {
    const attribute = readAttribute(answer.Item[name])
    if (attribute === undefined || name === '__proto__') return undefined
    item[name] = attribute
  }
  return { item }
}

/** One type, and the value of that type. */
function readAttribute(wire: unknown): AttributeValue | undefined {
  if (!isObject(wire)) return undefined
  const [type, ...others] = Object.keys(wire)
  if (type === undefined || others.length > 0) return undefined
  const value = wire[type]
  if (type === 'S') return typeof value === 'string' ? { S: value } : undefined
  if (type === 'N') return typeof value === 'string' ? { N: value } : undefined
  if (type === 'BOOL') return typeof value === 'boolean' ? { BOOL: value } : undefined
  if (type === 'B') return typeof value === 'string' && BASE64.test(value) ? { B: bytes(value) } : undefined
  if (type !== 'L' || !Array.isArray(value)) return undefined
  const list = value.map(readAttribute)
  return list.every((entry) => entry !== undefined) ? { L: list } : undefined
}

/** RFC 4648 §4, padded: what the SDK takes. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'))

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
