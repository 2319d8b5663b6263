import * as v from 'valibot'
import type { RouteDeclaration } from '../functions/http/contract.ts'
import type { ErrorCode } from '../lib/errors.ts'
import { VERSION } from '../lib/version.ts'
import { COMMON, HEADERS, type HeaderName, headerRefs } from './headers.ts'
import type { Operation } from './operation.ts'
import { OPERATIONS } from './operations.ts'
import { problemResponses, problemSchemas } from './problems.ts'
import { pathParameters, queryParameters, RECEIPT_PREFERENCE, requestBody } from './request.ts'
import { RESPONSES, receipt } from './responses.ts'
import { componentSchemas, toSchema } from './to-schema.ts'
import { DESCRIPTION, SECURITY_SCHEMES, TAGS, tagOf } from './words.ts'

/** Requests and responses of a recorded run: `examples.json`. */
export interface Examples {
  readonly routes: Readonly<Record<string, { readonly request?: unknown; readonly response?: unknown }>>
  readonly problems: Readonly<Record<string, unknown>>
}

type Declarations = ReadonlyMap<string, RouteDeclaration & { readonly hasTables: boolean }>

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Builds the OpenAPI document of all routes. */
export function buildDocument(declarations: Declarations, examples: Examples) {
  const responses = new Map<string, unknown>()
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [route, operation] of Object.entries(OPERATIONS)) {
    const declaration = declarations.get(route)
    if (!declaration) throw new Error(`No function has the route ${route}.`)
    const [method = '', path = ''] = route.split(' ')
    paths[path] ??= {}
    paths[path][method.toLowerCase()] = describe(route, operation, declaration)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Coatcheck',
      version: VERSION,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The service that this document is served by.' }],
    tags: TAGS,
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: { ...componentSchemas(), ...problemSchemas() },
      headers: HEADERS,
      examples: Object.fromEntries(Object.entries(examples.problems).map(([code, value]) => [code, { value }])),
      responses: Object.fromEntries([...responses].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }

  function describe(route: string, operation: Operation, declared: RouteDeclaration & { hasTables: boolean }) {
    const { summary, description, status, fields = {} } = operation
    const [method = '', path = ''] = route.split(' ')
    const { body: _, ...withoutBody } = declared
    const declaration = method === 'GET' ? withoutBody : declared
    const codes = codesOf(method, operation, declaration)
    const parameters = [
      ...pathParameters(path),
      ...queryParameters(declaration, fields),
      ...(operation.receipt ? [RECEIPT_PREFERENCE] : []),
    ]
    const example = examples.routes[route]
    const errors = problemResponses(codes, examples.problems).map((each) =>
      operation.refusal && each.status === 400 ? orRefusedEvent(each) : each,
    )
    for (const { name, response } of errors) responses.set(name, response)
    return {
      tags: [tagOf(path)],
      operationId: idOf(route),
      summary,
      description: `${description}${scopeSentence(declaration)}`,
      security: securityOf(operation, declaration),
      ...(parameters.length > 0 && { parameters }),
      ...requestBody(declaration, fields, example?.request),
      responses: {
        [status]: success(route, operation, example?.response),
        ...(operation.receipt && status === 204 && { 200: receiptResponse(operation) }),
        ...(operation.accepted && {
          202: { ...success(route, operation, undefined), description: operation.accepted },
        }),
        ...(hasTag(path, operation) && { 304: NOT_MODIFIED }),
        ...Object.fromEntries(errors.map(({ status, name }) => [status, { $ref: `#/components/responses/${name}` }])),
      },
    }
  }
}

const hasTag = (path: string, { file }: Operation) =>
  file !== undefined && path !== '/' && !path.startsWith('/assets/') && !/jwks|openid/.test(path)

/** A problem, or the answer to an event that is not accepted (RFC 8935 §2.3). */
function orRefusedEvent({ status, name, response }: ReturnType<typeof problemResponses>[number]) {
  const schema = toSchema(v.strictObject({ err: v.literal('invalid_request'), description: v.string() }))
  return {
    status,
    name: name.replace(String(status), `${status}.event`),
    response: {
      ...response,
      description: `The token is not accepted, or ${response.description}`,
      headers: { ...response.headers, ...headerRefs(['Content-Language']) },
      content: { 'application/json': { schema }, ...response.content },
    },
  }
}

const NOT_MODIFIED = {
  description: 'The caller’s copy is current.',
  headers: headerRefs([...COMMON, 'ETag']),
}

/** The errors that follow from what a route needs, and its own. */
function codesOf(method: string, operation: Operation, declaration: RouteDeclaration & { hasTables: boolean }) {
  const { body, query, scopes, fresh, hasTables, crossOrigin } = declaration
  return new Set<ErrorCode>([
    ...(query === 'any' ? [] : (['invalid_request'] as const)),
    ...(UNSAFE.has(method) && !crossOrigin ? (['cross_origin'] as const) : []),
    ...(body ? (['payload_too_large', 'unsupported_media_type'] as const) : []),
    ...(scopes ? (['unauthenticated'] as const) : []),
    ...(scopes?.length ? (['insufficient_scope'] as const) : []),
    ...(fresh ? (['reauthentication_required'] as const) : []),
    ...(hasTables ? (['unavailable'] as const) : []),
    ...(operation.codes ?? []),
  ])
}

const scopeSentence = ({ scopes = [] }: RouteDeclaration) =>
  scopes.length === 0 ? '' : ` Requires the scope ${scopes.map((scope) => `\`${scope}\``).join(', ')}.`

function securityOf({ credentials }: Operation, { scopes }: RouteDeclaration) {
  if (credentials === 'bearer') return [{ bearer: scopes }]
  if (credentials === 'optional') return [{}, { cookie: [] }, { bearer: [] }]
  return scopes ? [{ cookie: scopes }, { bearer: scopes }] : []
}

/** The success of a route without a body, where a receipt was asked for. */
function receiptResponse({ cookie }: Operation) {
  const headers = headerRefs([...COMMON, ...(cookie ? (['Set-Cookie'] as const) : []), 'Preference-Applied'])
  const schema = toSchema(v.strictObject({ receipt }))
  return { description: 'Done, with a receipt.', headers, content: { 'application/json': { schema } } }
}

function success(route: string, { status, cookie, file, receipt: hasReceipt }: Operation, example: unknown) {
  const names: HeaderName[] = [...COMMON, ...(cookie ? (['Set-Cookie'] as const) : [])]
  if (route === 'POST /auth/logout') names.push('Clear-Site-Data')
  if (hasReceipt && status === 200) names.push('Preference-Applied')
  if (route === 'GET /docs' || route === 'GET /openapi.json') names.push('ETag')
  const headers = headerRefs(names)
  if (status === 204) return { description: 'Done.', headers }
  if (status === 303)
    return { description: 'The browser goes on to `Location`.', headers: headerRefs([...names, 'Location']) }
  if (status === 202)
    return { description: 'Accepted. The response is the same whether or not anything follows.', headers }
  const schema =
    file === undefined
      ? toSchema(RESPONSES[route as keyof typeof RESPONSES])
      : file === 'application/json'
        ? { type: 'object' }
        : undefined
  return {
    description: status === 201 ? 'Created.' : 'Success.',
    headers,
    content: {
      [file ?? 'application/json']: {
        ...(schema && { schema }),
        ...(example !== undefined && { examples: { recorded: { value: example } } }),
      },
    },
  }
}

/** `GET /auth/sessions/{sessionId}` becomes `getAuthSessionsBySessionId`. */
function idOf(route: string): string {
  const [method = '', path = ''] = route.split(' ')
  const words = path.split(/[/.]/).filter((part) => part !== '')
  const named = words.map((part) =>
    part.replace(/^\{(\w)(\w*)\}$/, (_, first, rest) => `by${first.toUpperCase()}${rest}`),
  )
  return [method.toLowerCase(), ...(named.length > 0 ? named : ['console'])]
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('')
}
