import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import { DESCRIBED_CHECKS, FIELD_SCHEMAS, FIELDS, type JsonSchema } from './fields.ts'
import { COMPONENTS } from './schemas.ts'

/** The schemas of responses and of body fields that have a name. */
export function componentSchemas(): Record<string, JsonSchema> {
  const responses = Object.entries(COMPONENTS).map(([name, schema]) => [name, toSchema(schema, name)])
  return { ...Object.fromEntries(responses), ...FIELD_SCHEMAS }
}

/** A schema as JSON Schema; those of `components` are referred to, except for the one that is being described. */
export function toSchema(schema: GenericSchema, own?: string): JsonSchema {
  const named = Object.entries({ ...FIELDS, ...COMPONENTS }).filter(([name]) => name !== own)
  const {
    $schema: _,
    $defs: __,
    ...converted
  } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    definitions: Object.fromEntries(named) as Record<string, GenericSchema>,
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    // Said aloud, since linters take an object without it for a strict one.
    overrideSchema: ({ valibotSchema, jsonSchema }) =>
      valibotSchema.type === 'object' ? { ...jsonSchema, additionalProperties: true } : undefined,
    overrideAction: ({ valibotAction, jsonSchema }) => {
      if (DESCRIBED_CHECKS.has(valibotAction)) return jsonSchema
      // The pattern of an instant would be longer than its format.
      return valibotAction.type === 'iso_timestamp' ? { ...jsonSchema, format: 'date-time' } : undefined
    },
  }) as JsonSchema
  return converted
}
