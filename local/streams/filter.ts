import { type Fail, type Json, object } from '../json.ts'

/** Whether a record, or an event, reaches the function. */
export type Filter = (record: object) => boolean

type Matches = (value: unknown) => boolean

/**
 * Lambda's event filtering for a DynamoDB stream, whose syntax is that of EventBridge's patterns: a record that matches
 * any pattern passes; without patterns, all do. Source: AWS Lambda Developer Guide, "Filter rule syntax".
 * @throws Error by `fail` for an operator that is not played locally
 */
export function compileFilter(patterns: readonly unknown[], fail: Fail): Filter {
  const compiled = patterns.map((pattern) => compileObject(object(pattern), fail))
  return (record) => compiled.length === 0 || compiled.some((matches) => matches(record))
}

function compileObject(pattern: Json, fail: Fail): Matches {
  const fields = Object.entries(pattern).map(([key, value]): [string, Matches] => [
    key,
    Array.isArray(value) ? compileRules(value, fail) : compileObject(object(value), fail),
  ])
  return (value) => fields.every(([key, matches]) => matches(object(value)[key]))
}

function compileRules(rules: readonly unknown[], fail: Fail): Matches {
  const compiled = rules.map((rule) => compileRule(rule, fail))
  return (value) => compiled.some((matches) => matches(value))
}

function compileRule(rule: unknown, fail: Fail): Matches {
  if (typeof rule !== 'object' || rule === null) return (value) => value === rule
  const [[operator, operand] = []] = Object.entries(rule)
  switch (operator) {
    case 'exists':
      return (value) => (value !== undefined) === operand
    case 'prefix':
      return (value) => typeof value === 'string' && value.startsWith(operand)
    case 'suffix':
      return (value) => typeof value === 'string' && value.endsWith(operand)
    case 'anything-but': {
      const excluded: unknown[] = [operand].flat()
      return (value) => value !== undefined && !excluded.includes(value)
    }
    default:
      throw fail(
        `the operator ${operator} of patterns is not played locally; exists, prefix, suffix and anything-but are.`,
      )
  }
}
