import type { HttpRequest } from './request.ts'
import type { OriginPolicy } from './same-origin.ts'

/** What every answer depends on, for caches. */
const VARY = 'Origin, Sec-Fetch-Site'

/** Lets a trusted origin, and only it by its exact name, read the answer. */
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

/** The answer to a browser that asks before it sends; nothing for an origin that is not trusted. */
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
