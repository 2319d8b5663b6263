import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Answer, RequestOptions } from './http.ts'

// Compares requests and responses with openapi.json. A schema is compiled when it is first used, once a process.

interface Reference {
  readonly $ref?: string
}
interface Content {
  readonly schema?: object
}
interface Responses extends Reference {
  readonly headers?: Readonly<Record<string, Reference>>
  readonly content?: Readonly<Record<string, Content>>
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> }
  readonly responses: Readonly<Record<string, Responses>>
}
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    readonly responses: Readonly<Record<string, Responses>>
    readonly headers: Readonly<Record<string, { readonly required?: boolean; readonly schema: { pattern?: string } }>>
  }
}

/** The committed document. */
export const DOCUMENT: OpenApiDocument = JSON.parse(readFileSync('openapi.json', 'utf8'))

const ajv = new Ajv2020({ strict: false, validateFormats: true })
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/)
ajv.addFormat('email', /^[^@\s]+@[^@\s]+$/)
ajv.addFormat('password', true)
ajv.addSchema({ $id: 'https://coatcheck.example/openapi.json', components: DOCUMENT.components })

const compiled = new Map<object, ValidateFunction>()

/** The sentences that say where a value breaks a schema of the document. */
export function schemaFaults(schema: object, value: unknown): string[] {
  let validate = compiled.get(schema)
  if (!validate) {
    const text = JSON.stringify(schema).replaceAll('"#/', '"https://coatcheck.example/openapi.json#/')
    validate = ajv.compile(JSON.parse(text))
    compiled.set(schema, validate)
  }
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'body'} ${message}`)
}

const PATTERNS = Object.keys(DOCUMENT.paths).map((path) => ({
  path,
  // A path without parameters goes first: `/auth/session` is no `/auth/{…}`.
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
}))

/** The operation of a request; `undefined` for a method or path that the document lacks. */
function operationOf(method: string, target: string): Operation | undefined {
  const [pathname = ''] = target.split('?')
  const found = PATTERNS.find(({ pattern }) => pattern.test(pathname))
  return found && DOCUMENT.paths[found.path]?.[(method === 'HEAD' ? 'GET' : method).toLowerCase()]
}

/** Headers that are part of HTTP, of CORS or of security for every response, which the document does not repeat at each route. */
const COMMON =
  /^(access-control-.*|apigw-requestid|connection|content-(encoding|length|type)|cross-origin-.*|date|keep-alive|permissions-policy|referrer-policy|strict-transport-security|transfer-encoding|x-content-type-options)$/

/** The sentences that say how a response differs from the document. */
export function responseFaults(method: string, target: string, answer: Answer): string[] {
  const operation = operationOf(method, target)
  if (!operation) return []
  const { status, headers, json, text } = answer
  const mediaType = (headers['content-type'] ?? '').split(';')[0] ?? ''
  // API Gateway's own response, and that of a crash.
  if (status >= 400 && mediaType === 'application/json' && typeof json?.message === 'string') return []
  const given = operation.responses[status]
  const response = given?.$ref ? DOCUMENT.components.responses[given.$ref.split('/').at(-1) ?? ''] : given
  if (!response) return [`the status ${status} is not described: ${text.slice(0, 200)}`]
  const content = response.content?.[mediaType] ?? response.content?.['*/*']
  const isEmpty = method === 'HEAD' || response.content === undefined
  const bodyFaults = () => {
    if (isEmpty) return text === '' ? [] : ['a body that is not described']
    if (!content) return [`the media type ${mediaType} is not described`]
    return content.schema ? schemaFaults(content.schema, json) : []
  }
  return [...bodyFaults(), ...headerFaults(response, answer)]
}

function headerFaults({ headers: described = {} }: Responses, { headers }: Answer): string[] {
  const names = new Map(Object.keys(described).map((name) => [name.toLowerCase(), name]))
  const unknown = Object.keys(headers).filter((name) => !names.has(name) && !COMMON.test(name))
  const wrong = [...names].flatMap(([lower, name]) => {
    const { required = false, schema } = DOCUMENT.components.headers[name] ?? { schema: {} }
    const value = headers[lower]
    if (value === undefined) return required ? [`the header ${name} is missing`] : []
    return schema.pattern && !new RegExp(schema.pattern).test(String(value)) ? [`the header ${name} is ${value}`] : []
  })
  return [...unknown.map((name) => `the header ${name} is not described`), ...wrong]
}

/** The sentences that say how a request that succeeded differs from the document. */
export function requestFaults(method: string, target: string, { body }: RequestOptions): string[] {
  const operation = operationOf(method, target)
  if (!operation) return []
  const [, query = ''] = target.split('?')
  const known = (operation.parameters ?? []).filter((each) => each.in === 'query').map(({ name }) => name)
  const takesAny = operation.responses[400] === undefined
  const unknown = takesAny ? [] : [...new URLSearchParams(query).keys()].filter((name) => !known.includes(name))
  const schema = operation.requestBody?.content['application/json']?.schema
  const sent = typeof body === 'object' && body !== null && schema ? schemaFaults(schema, body) : []
  return [...unknown.map((name) => `the query parameter ${name} is not described`), ...sent]
}

/** @throws Error if a response, or a request that succeeded, is not as openapi.json describes it */
export function assertDescribed(method: string, target: string, options: RequestOptions, answer: Answer): void {
  const isSuccess = answer.status >= 200 && answer.status < 300
  const faults = [
    ...responseFaults(method, target, answer),
    ...(isSuccess ? requestFaults(method, target, options) : []),
  ]
  if (faults.length > 0)
    throw new Error(`${method} ${target} ${answer.status} is not as openapi.json describes it: ${faults.join('; ')}`)
}
