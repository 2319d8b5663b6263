import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'

const page = readFileSync('docs/events.md', 'utf8')
const ajv = new Ajv({ allErrors: true })

/** The types of events in docs/events.md, each with the check of its schema. */
export const SCHEMAS = new Map(
  [...page.matchAll(/^### `([\w.]+)`\n[^`]*(?:`[^`]+`[^`]*)*?```json\n([\s\S]*?)```/gm)].map(
    ([, type = '', schema = '']) => [type, ajv.compile(JSON.parse(schema))],
  ),
)

/** What is wrong with an event's detail by the schema of its type; nothing for a right one. */
export function schemaFaults(type: string, detail: unknown): string[] {
  const validate = SCHEMAS.get(type)
  if (!validate) return [`no schema of ${type}`]
  return validate(detail) ? [] : [`${type}: ${ajv.errorsText(validate.errors)}`]
}
