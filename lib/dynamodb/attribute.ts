import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isScope, type Scope } from '../scope.ts'
import type { Item } from './item.ts'

/** A number attribute; DynamoDB transports numbers as text. */
export function numberAttribute(value: number): AttributeValue {
  return { N: String(value) }
}

/** A whole number from 0 with at most 11 digits (enough for any date); `undefined` for any other value. */
export function parseWholeNumber(value: AttributeValue | undefined): number | undefined {
  return value?.N !== undefined && WHOLE_NUMBER.test(value.N) ? Number(value.N) : undefined
}

/** The named attributes as whole numbers; `undefined` if one of them is missing or is not a whole number. */
export function parseWholeNumbers<Name extends string>(
  item: Item,
  names: readonly Name[],
): Record<Name, number> | undefined {
  const numbers = {} as Record<Name, number>
  for (const name of names) {
    const value = parseWholeNumber(item[name])
    if (value === undefined) return undefined
    numbers[name] = value
  }
  return numbers
}

/** A list attribute as scopes; `undefined` if it is not a list or an entry is not a scope. */
export function parseScopes(value: AttributeValue | undefined): Scope[] | undefined {
  // Stryker disable next-line StringLiteral: the placeholder is not a scope either
  const scopes = value?.L?.map((entry) => entry.S ?? '')
  return scopes?.every(isScope) ? scopes : undefined
}

const WHOLE_NUMBER = /^\d{1,11}$/
