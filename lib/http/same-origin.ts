import { CrossOriginError } from '../errors.ts'
import { matchesOrigin } from '../origin.ts'
import type { HttpRequest } from './request.ts'

export interface OriginPolicy {
  /** The service's origin, from its configuration and never from `Host` or `X-Forwarded-Host`. */
  readonly origin: string
  /** Exact origins, and patterns such as `https://*.preview.example.com`. */
  readonly trustedOrigins: readonly string[]
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method)
}

/**
 * Whether a request comes from the service's own or a trusted origin. `Sec-Fetch-Site: same-origin` and `none` pass; with
 * another value the `Origin` must be trusted, without the header it must be own or trusted (W3C Fetch Metadata; OWASP
 * CSRF Prevention Cheat Sheet).
 */
export function isSameOrigin(request: HttpRequest, { origin: own, trustedOrigins }: OriginPolicy): boolean {
  const site = request.header('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return true
  const origin = request.header('origin')
  if (origin === undefined) return false
  return matchesOrigin(origin, trustedOrigins) || (site === undefined && origin === own)
}

/** @throws CrossOriginError for an unsafe method from another origin. Call it where a cookie is read or set. */
export function assertSameOrigin(request: HttpRequest, policy: OriginPolicy): void {
  if (!isSafeMethod(request.method) && !isSameOrigin(request, policy)) throw new CrossOriginError()
}
