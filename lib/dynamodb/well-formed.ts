import type { Item } from './send.ts'

/**
 * Whether the items of an answer, or of a refusal, are items: the SDK passes on whatever stands in their place, and its
 * types know nothing of it.
 */
export function isWellFormed(answer: object): boolean {
  const { Item, Attributes, LastEvaluatedKey, Items, Responses, UnprocessedItems, UnprocessedKeys } = answer as Record<
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

type Check = (value: unknown) => boolean

/** What JSON calls an object: no list, and not null. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isListOf = (check: Check) => (value: unknown) => Array.isArray(value) && value.every(check)
const isMapOf = (check: Check) => (value: unknown) => isObject(value) && Object.values(value).every(check)
const isItem = (value: unknown): value is Item => isMapOf(isAttribute)(value)

/** As far as Coatcheck reads them. */
function isAttribute(value: unknown): boolean {
  if (!isObject(value)) return false
  const { S, N, B, BOOL, L } = value
  return (
    [S, N].every((text) => text === undefined || typeof text === 'string') &&
    (B === undefined || B instanceof Uint8Array) &&
    (BOOL === undefined || typeof BOOL === 'boolean') &&
    (L === undefined || isListOf(isAttribute)(L))
  )
}
