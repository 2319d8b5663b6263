import type { HttpRequest } from './request.ts'
import type { OriginPolicy } from './same-origin.ts'

/** The request headers that every response depends on. */
const VARY = 'Origin, Sec-Fetch-Site'

/** The headers that let a trusted origin read the response; the origin is echoed exactly, never `*`. */
export function corsHeaders(request: HttpRequest, policy: OriginPolicy): Record<string, string> {
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
  policy: OriginPolicy,
  methods: readonly string[],
): Record<string, string> {
  if (trustedOrigin(request, policy) === undefined) return {}
  return {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': 'Authorization, Content-Type',
    'access-control-max-age': '600',
  }
}

function trustedOrigin(request: HttpRequest, { trustedOrigins }: OriginPolicy): string | undefined {
  const origin = request.header('origin')
  return origin !== undefined && trustedOrigins.includes(origin) ? origin : undefined
}
