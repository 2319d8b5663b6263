import { email, granted, label, name, scopes } from '../functions/http/fields.ts'
import { password } from '../functions/http/password-field.ts'
import { MAX_GRANTED_SCOPES, MAX_SCOPES } from '../lib/scope.ts'

/** A JSON Schema (2020-12), as OpenAPI 3.1 uses it. */
export type JsonSchema = { [keyword: string]: unknown }

const scope = { type: 'string', pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,64}$' }

/** The fields of request bodies by their names in `components`. */
export const FIELDS = {
  Email: email,
  Password: password,
  Name: name,
  Label: label,
  Scopes: scopes,
  GrantedScopes: granted,
}

/**
 * What JSON Schema can say about fields that functions check by code. `tests/openapi/description.test.ts` compares both on
 * samples.
 */
export const FIELD_SCHEMAS: Readonly<Record<keyof typeof FIELDS, JsonSchema>> = {
  Email: {
    type: 'string',
    description: 'One bare address of at most 254 bytes. Upper case and surrounding spaces do not count.',
  },
  Password: {
    type: 'string',
    format: 'password',
    minLength: 1,
    maxLength: 1024,
    description: 'From 1 to 1,024 bytes of UTF-8. A new password has at least `PASSWORD_MIN_LENGTH` characters.',
  },
  Name: { type: 'string', maxLength: 100, description: 'Without line breaks and invisible characters.' },
  Label: { type: 'string', maxLength: 64, description: 'Without line breaks and invisible characters.' },
  Scopes: { type: 'array', items: scope, maxItems: MAX_SCOPES },
  GrantedScopes: {
    type: 'array',
    items: scope,
    maxItems: MAX_SCOPES,
    description: `At most ${MAX_GRANTED_SCOPES} besides \`account\`.`,
  },
}

/** Checks by code, which only the schemas above may have: any other check must get a schema too. */
export const DESCRIBED_CHECKS: ReadonlySet<unknown> = new Set(Object.values(FIELDS).flatMap(actionsOf))

function actionsOf(part: object): unknown[] {
  const { pipe = [], item } = part as { pipe?: readonly object[]; item?: object }
  const inner = pipe.filter((each) => each !== part)
  return [part, ...inner.flatMap(actionsOf), ...(item ? actionsOf(item) : [])]
}
