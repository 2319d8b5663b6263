import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { corsHeaders, isPreflight, preflightHeaders } from '../lib/http/cors.ts'
import { readRequest } from '../lib/http/request.ts'
import { type Fail, object } from './json.ts'
import type { Response } from './response.ts'
import { CATCH_ALL, type Match, type Route, type Router } from './router.ts'

/** The CORS configuration of an HTTP API, as `provider.httpApi.cors` declares it. */
export type GatewayCors = {
  allowedOrigins: string[]
  allowedHeaders: string[]
  allowedMethods: string[]
  allowCredentials: boolean
  exposedResponseHeaders: string[]
  maxAge: number | undefined
}

/** The framework's defaults. */
const ALLOWED_HEADERS =
  'Content-Type X-Amz-Date Authorization X-Api-Key X-Amz-Security-Token X-Amz-User-Agent X-Amzn-Trace-Id'.split(' ')
const METHODS = ['OPTIONS', 'GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'DELETE']
const KEYS = new Set([
  ...['allowedOrigins', 'allowedHeaders', 'allowedMethods', 'allowCredentials', 'exposedResponseHeaders', 'maxAge'],
])

export function readGatewayCors(declared: unknown, routes: readonly Route[], fail: Fail): GatewayCors | undefined {
  if (declared === undefined || declared === false) return undefined
  const options = object(declared)
  const unknown = Object.keys(options).filter((key) => !KEYS.has(key))
  if ((declared !== true && options !== declared) || unknown.length > 0)
    throw fail(`invalid provider.httpApi.cors; expected true or an object of ${[...KEYS].join(', ')}.`)
  const texts = (value: unknown, fallback: string[]) => (value === undefined ? fallback : [value].flat().map(String))
  const ofRoutes = routes.flatMap(({ method }) => (method === 'ANY' ? METHODS : [method]))
  return {
    allowedOrigins: texts(options.allowedOrigins, ['*']),
    allowedHeaders: texts(options.allowedHeaders, ALLOWED_HEADERS),
    allowedMethods: texts(options.allowedMethods, [...new Set(['OPTIONS', ...ofRoutes])]),
    allowCredentials: options.allowCredentials === true,
    exposedResponseHeaders: texts(options.exposedResponseHeaders, []),
    maxAge: typeof options.maxAge === 'number' ? options.maxAge : undefined,
  }
}

const RESPONSE_HEADERS = /^access-control-/

/** API Gateway adds its own CORS headers to every response and ignores those of the function. */
export function withGatewayCors(response: Response, cors: GatewayCors, origin: string | undefined): Response {
  const headers = response.headers.filter(([name]) => !RESPONSE_HEADERS.test(name))
  return { ...response, headers: [...headers, ...originHeaders(cors, origin)] }
}

/** The response of API Gateway to a preflight, which no function receives. */
function gatewayPreflight(cors: GatewayCors, origin: string | undefined): Response {
  const allowed = originHeaders(cors, origin)
  const permissions: [string, string][] = [
    ['access-control-allow-methods', cors.allowedMethods.join(',')],
    ['access-control-allow-headers', cors.allowedHeaders.join(',')],
    ...(cors.maxAge === undefined ? [] : ([['access-control-max-age', String(cors.maxAge)]] as [string, string][])),
  ]
  return { status: 204, headers: allowed.length > 0 ? [...allowed, ...permissions] : [], body: Buffer.alloc(0) }
}

function originHeaders(cors: GatewayCors, origin: string | undefined): [string, string][] {
  const { allowedOrigins, allowCredentials, exposedResponseHeaders: exposed } = cors
  const matches = (each: string) =>
    each === '*' || each === origin || (/:\/\/\*$/.test(each) && !!origin?.startsWith(each.slice(0, -1)))
  if (origin === undefined || !allowedOrigins.some(matches)) return []
  return [
    ['access-control-allow-origin', allowedOrigins.includes('*') ? '*' : origin],
    ...(allowCredentials ? [['access-control-allow-credentials', 'true'] as [string, string]] : []),
    ...(exposed.length > 0 ? [['access-control-expose-headers', exposed.join(',')] as [string, string]] : []),
  ]
}

/** A part of an API with its own CORS configuration. */
type Origin = { service: { cors?: GatewayCors }; bundledFunction: { order: { environment: Environment } } }
type Environment = Readonly<Record<string, string>>

/**
 * The response to a preflight that no declared route takes. For a route whose service declares no CORS it is the one of
 * `requireSession`: all services share the local API, and its fallback, Coatcheck's, knows only its own routes.
 */
export function answerPreflight<T extends Origin>(
  router: Router<T>,
  { route, target }: Match<T>,
  event: APIGatewayProxyEventV2,
): Response | undefined {
  if (route.path !== CATCH_ALL.path || !isPreflight(readRequest(event))) return undefined
  const routes = router.routesOf(event.rawPath)
  const { service, bundledFunction } = routes[0]?.target ?? target
  if (service.cors) return gatewayPreflight(service.cors, event.headers.origin)
  if (service === target.service) return undefined
  return sharedPreflight(
    event,
    [...new Set(routes.map(({ route: { method } }) => method))],
    bundledFunction.order.environment,
  )
}

function sharedPreflight(
  event: APIGatewayProxyEventV2,
  methods: readonly string[],
  { TRUSTED_ORIGINS, CORS_ALLOWED_HEADERS }: Environment,
): Response {
  const list = (text = '') => text.split(/[\s,]+/).filter(Boolean)
  const policy = { trustedOrigins: list(TRUSTED_ORIGINS), allowedHeaders: list(CORS_ALLOWED_HEADERS) }
  const request = readRequest(event)
  const headers = { ...corsHeaders(request, policy), ...preflightHeaders(request, policy, methods) }
  return { status: 204, headers: Object.entries(headers), body: Buffer.alloc(0) }
}
