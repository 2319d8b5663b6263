import { nameOf, type Schema } from './described.ts'
import { escapeHtml, inline, table } from './html.ts'

/** The type of a value in words, with a link to a schema that has a name. */
export function typeOf(schema: Schema): string {
  if (schema.$ref) return `<a href="#schema-${nameOf(schema.$ref)}">${nameOf(schema.$ref)}</a>`
  if ('const' in schema) return `<code>${escapeHtml(JSON.stringify(schema.const))}</code>`
  if (schema.enum) return schema.enum.map((value) => `<code>${escapeHtml(JSON.stringify(value))}</code>`).join(' or ')
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(' or ')
  return [schema.type ?? 'any', schema.format && `(${schema.format})`].filter(Boolean).join(' ')
}

/** The limits of a value in words. */
function limitsOf({ minLength, maxLength, maxItems, minimum, maximum, default: preset }: Schema): string[] {
  return [
    minLength !== undefined || maxLength !== undefined ? `${minLength ?? 0} to ${maxLength} characters.` : '',
    maxItems === undefined ? '' : `At most ${maxItems}.`,
    minimum === undefined ? '' : maximum === undefined ? `At least ${minimum}.` : `${minimum} to ${maximum}.`,
    preset === undefined ? '' : `Default: \`${preset}\`.`,
  ].filter((text) => text !== '')
}

/** A row for each field of an object. */
function fieldTable(caption: string, schema: Schema): string {
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => [
    `<code>${escapeHtml(name)}</code>${schema.required?.includes(name) ? '' : ' <span class="optional">optional</span>'}`,
    typeOf(field),
    inline([field.description ?? '', ...limitsOf(field)].join(' ').trim()),
  ])
  return table(caption, ['Field', 'Type', 'Meaning'], rows)
}

/** The fields of an object, of each alternative, or a link to a schema that has a name. */
export function describeSchema(caption: string, schema: Schema): string {
  if (schema.oneOf && !schema.oneOf.some(({ $ref }) => $ref))
    return schema.oneOf.map((each, index) => fieldTable(`${caption}, form ${index + 1}`, each)).join('')
  if (schema.properties) return fieldTable(caption, schema)
  const limits = [schema.description ?? '', ...limitsOf(schema)].join(' ').trim()
  return `<p>${typeOf(schema)}${limits ? `. ${inline(limits)}` : ''}</p>`
}
