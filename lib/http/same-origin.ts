import { CrossOriginError } from '../errors.ts'
import type { HttpRequest } from './request.ts'

export interface OriginPolicy {
  /** Our own origin, from configuration: never from Host or X-Forwarded-Host. */
  readonly origin: string
  readonly trustedOrigins: readonly string[]
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method)
}

/**
 * Where a request says it comes from. `Sec-Fetch-Site` of `same-origin` or `none` is ours; any other value needs a
 * trusted Origin; without the header the Origin must be ours or trusted (W3C Fetch Metadata; OWASP CSRF Prevention).
 */
export function isSameOrigin(request: HttpRequest, { origin: own, trustedOrigins }: OriginPolicy): boolean {
  const site = request.header('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return true
  const origin = request.header('origin')
  if (origin === undefined) return false
  return trustedOrigins.includes(origin) || (site === undefined && origin === own)
}

/** @throws CrossOriginError on an unsafe method from elsewhere. Call it where a cookie is presented or would be set. */
export function assertSameOrigin(request: HttpRequest, policy: OriginPolicy): void {
  if (!isSafeMethod(request.method) && !isSameOrigin(request, policy)) throw new CrossOriginError()
}
