import type { GenericSchema } from 'valibot'
import type { RouteDeclaration } from '../functions/http/contract.ts'
import { FIELD_SCHEMAS, type JsonSchema } from './fields.ts'
import { toSchema } from './to-schema.ts'

/** The parameters in a path. */
export function pathParameters(path: string) {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description:
      name === 'file'
        ? 'The name in the page.'
        : 'An id, as in lists. An unknown or malformed id is answered with 404.',
    schema: { type: 'string' },
  }))
}

/** The header that asks for a receipt, on the routes that sign one. */
export const RECEIPT_PREFERENCE = {
  name: 'Prefer',
  in: 'header',
  description: 'Asks for a signed receipt of the revocation (RFC 7240). Ignored without `TOKEN_KEYS`.',
  schema: { type: 'string', examples: ['return=receipt'] },
} as const

/** The query parameters that a route accepts. */
export function queryParameters({ query }: RouteDeclaration, fields: Readonly<Record<string, string>>) {
  if (!Array.isArray(query)) return []
  return query.map((name) => ({
    name,
    in: 'query',
    description: fields[name],
    schema:
      name === 'keep'
        ? { const: 'current' }
        : name === 'limit'
          ? { type: 'integer', minimum: 1, maximum: 100 }
          : { type: 'string' },
  }))
}

/** The body that a route accepts; nothing for a route without one. */
export function requestBody({ body }: RouteDeclaration, fields: Readonly<Record<string, string>>, example: unknown) {
  if (!body?.accepts) return {}
  if (typeof body.accepts === 'string') return textBody(body.accepts)
  const isForm = Array.isArray(body.accepts)
  const schema = isForm ? formSchema(body.accepts as string[]) : toSchema(body.accepts as GenericSchema)
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>
  for (const [name, property] of Object.entries(properties)) {
    const component = String(property.$ref).split('/').at(-1) as keyof typeof FIELD_SCHEMAS
    const description = fields[name] ?? FIELD_SCHEMAS[component]?.description
    if (description !== undefined) properties[name] = { ...property, description }
  }
  const mediaType = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
  return {
    requestBody: {
      required: true,
      description: 'At most 16 KiB.',
      content: {
        [mediaType]: { schema, ...(example !== undefined && { examples: { recorded: { value: example } } }) },
      },
    },
  }
}

/** A body that is one text, such as a token. */
const textBody = (mediaType: string) => ({
  requestBody: {
    required: true,
    description: 'At most 16 KiB.',
    content: { [mediaType]: { schema: { type: 'string' } } },
  },
})

const formSchema = (names: readonly string[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  required: [...names],
})
