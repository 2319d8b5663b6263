import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { UnavailableError } from '../errors.ts'

/** An item, or a key, in the form the SDK uses. */
export type Item = Record<string, AttributeValue>

/** An item read by its key; `item` is `undefined` if there is none. */
export interface GetItemResponse {
  readonly item: Item | undefined
  /** Consumed capacity units. */
  readonly units: number
}

/**
 * Parses the JSON of a GetItem response exactly as the SDK does. Returns `undefined`, so that the SDK handles the
 * response instead, if `ConsumedCapacity` is missing or an attribute has a type that Coatcheck never writes.
 */
export function parseGetItemResponse(text: string): GetItemResponse | undefined {
  const response = parseJson(text)
  const units = unitsOf(response)
  if (!isObject(response) || units === undefined) return undefined
  if (response.Item === undefined) return { item: undefined, units }
  const item = parseMap(response.Item)
  return item && { item, units }
}

/** Parses the JSON of a write's response that returns no item; `undefined` if the SDK should handle it. */
export function parseWriteResponse(text: string): { readonly units: number } | undefined {
  const response = parseJson(text)
  const units = unitsOf(response)
  return isObject(response) && response.Attributes === undefined && units !== undefined ? { units } : undefined
}

/** The consumed capacity units of a response; `undefined` if it reports none. */
function unitsOf(response: unknown): number | undefined {
  if (!isObject(response) || !isObject(response.ConsumedCapacity)) return undefined
  return Number(response.ConsumedCapacity.CapacityUnits) || 0
}

/**
 * Returns the item if it has this key.
 * @throws UnavailableError if it has another key: the response belonged to another call.
 */
export function assertKey(item: Item, key: Item): Item {
  for (const [name, value] of Object.entries(key))
    if (item[name]?.S !== value.S)
      throw new UnavailableError('DynamoDB returned an item with another key than the requested one')
  return item
}

/**
 * Whether every item in the SDK's output (or in a failed condition) is an item: the SDK passes on any JSON value it
 * finds there, whatever its types say.
 */
export function hasWellFormedItems(output: object): boolean {
  const { Item, Attributes, LastEvaluatedKey, Items, Responses, UnprocessedItems, UnprocessedKeys } = output as Record<
    string,
    unknown
  >
  return (
    [Item, Attributes, LastEvaluatedKey].every((item) => item === undefined || isItem(item)) &&
    (Items === undefined || isListOf(isItem)(Items)) &&
    (Responses === undefined || isMapOf(isListOf(isItem))(Responses)) &&
    (UnprocessedItems === undefined || isMapOf(isListOf(isObject))(UnprocessedItems)) &&
    (UnprocessedKeys === undefined || isMapOf((each) => isObject(each) && isListOf(isItem)(each.Keys))(UnprocessedKeys))
  )
}

/** A map of attributes; an item is one too. */
function parseMap(json: unknown): Item | undefined {
  if (!isObject(json)) return undefined
  const map: Item = {}
  for (const name in json) {
    const attribute = parseAttribute(json[name])
    if (attribute === undefined || name === '__proto__') return undefined
    map[name] = attribute
  }
  return map
}

/** An attribute is an object with one member, named after its type. */
function parseAttribute(json: unknown): AttributeValue | undefined {
  if (!isObject(json)) return undefined
  const [type, ...others] = Object.keys(json)
  if (type === undefined || others.length > 0) return undefined
  const value = json[type]
  if (type === 'S') return typeof value === 'string' ? { S: value } : undefined
  if (type === 'N') return typeof value === 'string' ? { N: value } : undefined
  if (type === 'BOOL') return typeof value === 'boolean' ? { BOOL: value } : undefined
  if (type === 'B') return typeof value === 'string' && BASE64.test(value) ? { B: decodeBase64(value) } : undefined
  if (type === 'M') {
    const map = parseMap(value)
    return map && { M: map }
  }
  if (type !== 'L' || !Array.isArray(value)) return undefined
  const list = value.map(parseAttribute)
  return list.every((entry) => entry !== undefined) ? { L: list } : undefined
}

/** Padded base64 (RFC 4648 §4), which is all the SDK accepts. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const decodeBase64 = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'))

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Check = (value: unknown) => boolean

/** A JSON object: neither an array nor null. */
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isListOf = (check: Check) => (value: unknown) => Array.isArray(value) && value.every(check)
const isMapOf = (check: Check) => (value: unknown) => isObject(value) && Object.values(value).every(check)
const isItem = (value: unknown): value is Item => isMapOf(isAttribute)(value)

/** Checks only the attribute types that Coatcheck reads. */
function isAttribute(value: unknown): boolean {
  if (!isObject(value)) return false
  const { S, N, B, BOOL, L, M } = value
  return (
    [S, N].every((text) => text === undefined || typeof text === 'string') &&
    (B === undefined || B instanceof Uint8Array) &&
    (BOOL === undefined || typeof BOOL === 'boolean') &&
    (L === undefined || isListOf(isAttribute)(L)) &&
    (M === undefined || isItem(M))
  )
}
