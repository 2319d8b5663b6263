import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isScope, type Scope } from '../scope.ts'

/** A number as DynamoDB takes it: as text. */
export function number(value: number): AttributeValue {
  return { N: String(value) }
}

/** A whole number from 0 up, no larger than a date can be, and nothing that only looks like one. */
export function whole(value: AttributeValue | undefined): number | undefined {
  return value?.N !== undefined && /^\d{1,11}$/.test(value.N) ? Number(value.N) : undefined
}

/** `undefined` unless it is a list of scopes and nothing else. */
export function toScopes(value: AttributeValue | undefined): Scope[] | undefined {
  const scopes = value?.L?.map((entry) => entry.S ?? '')
  return scopes?.every(isScope) ? scopes : undefined
}
