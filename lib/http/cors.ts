import type { HttpRequest } from './request.ts'
import type { OriginPolicy } from './same-origin.ts'

/** What every answer depends on, for caches. */
const VARY = 'Origin, Sec-Fetch-Site'

/** Lets a trusted origin, and only it by its exact name, read the answer. */
export function corsHeaders(request: HttpRequest, { trustedOrigins }: OriginPolicy): Record<string, string> {
  const origin = request.header('origin')
  if (origin === undefined || !trustedOrigins.includes(origin)) return { vary: VARY }
  return {
    vary: VARY,
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Retry-After, WWW-Authenticate',
  }
}

/** The answer to a browser that asks before it sends; nothing for an origin that is not trusted. */
export function preflightHeaders(methods: readonly string[]): Record<string, string> {
  return {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': 'Authorization, Content-Type',
    'access-control-max-age': '600',
  }
}
