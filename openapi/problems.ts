import type { ErrorCode } from '../lib/errors.ts'
import { PROBLEMS } from '../lib/http/problem.ts'
import type { JsonSchema } from './fields.ts'
import { BY_STATUS, COMMON, headerRefs } from './headers.ts'

const INVALID_PART = {
  type: 'object',
  description: 'One invalid part. `pointer` is a JSON pointer (RFC 6901) into the body, or the name of a parameter.',
  properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
  required: ['pointer', 'detail'],
  additionalProperties: false,
}

/** Members besides those of every problem; `invalid_request` has its own only sometimes. */
const MEMBERS: Partial<Record<ErrorCode, JsonSchema>> = {
  invalid_request: { errors: { type: 'array', items: INVALID_PART } },
  insufficient_scope: {
    required: { type: 'array', items: { type: 'string' }, description: 'The scopes that the route requires.' },
  },
  second_factor_required: {
    challenge: { type: 'string', description: 'Of a sign-in: continues it within ten minutes. Keep it in memory.' },
    methods: {
      type: 'array',
      items: { type: 'string', enum: ['totp', 'recovery_code', 'passkey'] },
      description: 'Of a sign-in: the second factors that the user has.',
    },
  },
  provider_refused: { reason: { type: 'string', description: 'Why it is refused.' } },
  identity_not_linked: { reason: { type: 'string', description: 'Why it signs nobody in.' } },
  password_rejected: { rule: { type: 'string', description: 'The rule that the password breaks.' } },
}

/** Problems that are 401 for a bearer token (RFC 9470). */
const STEP_UP: ReadonlySet<ErrorCode> = new Set(['reauthentication_required', 'second_factor_required'])
/** Problems that have their members only sometimes. */
const OPTIONAL: ReadonlySet<ErrorCode> = new Set(['invalid_request', 'second_factor_required'])

/** The name of an error code's schema in `components`. */
const problemName = (code: string) => `Problem_${code}`
const ref = (code: string) => ({ $ref: `#/components/schemas/${problemName(code)}` })

/** The schema of each problem document (RFC 9457). */
export function problemSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(
    (Object.keys(PROBLEMS) as ErrorCode[]).map((code) => {
      const { status, title } = PROBLEMS[code]
      const members = MEMBERS[code] ?? {}
      return [
        problemName(code),
        {
          type: 'object',
          properties: {
            type: { type: 'string', pattern: `^(urn:coatcheck:problem:|https://.+[/#=])${code}$` },
            title: { const: title },
            status: STEP_UP.has(code) ? { enum: [401, status] } : { const: status },
            detail: { type: 'string', description: 'What is wrong and what to do next, for people.' },
            instance: { type: 'string', pattern: '^urn:uuid:[0-9a-f-]{36}$', description: 'The id of the request.' },
            code: { const: code },
            ...members,
          },
          required: [
            ...['type', 'title', 'status', 'detail', 'instance', 'code'],
            ...(OPTIONAL.has(code) ? [] : Object.keys(members)),
          ],
          additionalProperties: false,
        },
      ]
    }),
  )
}

/** The errors of a route by status; each names its codes. */
export function problemResponses(codes: ReadonlySet<ErrorCode>, examples: Readonly<Record<string, unknown>>) {
  const ordered = (Object.keys(PROBLEMS) as ErrorCode[]).filter((code) => codes.has(code))
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of ordered)
    for (const status of [PROBLEMS[code].status, ...(STEP_UP.has(code) ? [401] : [])])
      byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  return [...byStatus].map(([status, own]) => ({
    status,
    name: [status, ...own].join('-'),
    response: {
      description: `${own.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' ')}`,
      headers: headerRefs([...COMMON, ...(BY_STATUS[status] ?? [])]),
      content: {
        'application/problem+json': {
          schema:
            own.length === 1
              ? ref(own[0] as string)
              : {
                  oneOf: own.map(ref),
                  discriminator: {
                    propertyName: 'code',
                    mapping: Object.fromEntries(own.map((code) => [code, ref(code).$ref])),
                  },
                },
          examples: Object.fromEntries(
            own.flatMap((code) => (code in examples ? [[code, { $ref: `#/components/examples/${code}` }]] : [])),
          ),
        },
      },
    },
  }))
}
