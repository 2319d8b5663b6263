import { matchesOrigin } from '../origin.ts'
import type { HttpRequest } from './request.ts'

/** The origins whose pages may read responses, and the request headers that they may send. */
export interface CorsPolicy {
  readonly trustedOrigins: readonly string[]
  /** Besides the default ones. */
  readonly allowedHeaders?: readonly string[]
}

/** The request headers that every response depends on. */
const VARY = 'Origin, Sec-Fetch-Site'

/** Headers of a client, of tracing (W3C Trace Context and Baggage, Sentry) and of common request libraries. */
const ALLOWED_HEADERS =
  'Authorization, Content-Type, Cache-Control, X-Requested-With, traceparent, tracestate, baggage, sentry-trace'

/** The headers that let a trusted origin read the response; the origin is echoed exactly, never `*`. */
export function corsHeaders(request: HttpRequest, policy: CorsPolicy): Record<string, string> {
  const origin = trustedOrigin(request, policy)
  if (origin === undefined) return { vary: VARY }
  return {
    vary: VARY,
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Retry-After, WWW-Authenticate',
  }
}

/** The headers of the response to a CORS preflight; none for an origin that is not trusted. */
export function preflightHeaders(
  request: HttpRequest,
  policy: CorsPolicy,
  methods: readonly string[],
): Record<string, string> {
  if (trustedOrigin(request, policy) === undefined) return {}
  return {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': [ALLOWED_HEADERS, ...(policy.allowedHeaders ?? [])].join(', '),
    'access-control-max-age': '600',
  }
}

/** Whether a request is a CORS preflight (Fetch §4.9): browsers send it without credentials. */
export function isPreflight({ method, header }: HttpRequest): boolean {
  return method === 'OPTIONS' && header('origin') !== undefined && header('access-control-request-method') !== undefined
}

function trustedOrigin(request: HttpRequest, { trustedOrigins }: CorsPolicy): string | undefined {
  const origin = request.header('origin')
  return origin !== undefined && matchesOrigin(origin, trustedOrigins) ? origin : undefined
}
