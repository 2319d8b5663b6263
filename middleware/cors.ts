import { FIELD_NAME } from '../lib/config.ts'
import { type CorsPolicy, corsHeaders, preflightHeaders } from '../lib/http/cors.ts'
import type { HttpRequest } from '../lib/http/request.ts'
import type { HttpResponse } from '../lib/http/response.ts'
import { defaultCors } from './defaults.ts'
import { isList } from './options.ts'

type CorsOptions = Partial<CorsPolicy>

/** The methods of a guarded function are not known here; its gateway refuses those without a route. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

export const isFieldNames = isList((name) => typeof name === 'string' && FIELD_NAME.test(name))

/** The CORS headers of a response; none for a service without trusted origins. */
export function corsHeadersOf(http: HttpRequest, options: CorsOptions): Record<string, string> {
  const policy = policyOf(options)
  return policy.trustedOrigins.length > 0 ? corsHeaders(http, policy) : {}
}

/** The response to a preflight: 204, with permissions only for a trusted origin. */
export function preflightResponse(http: HttpRequest, options: CorsOptions): HttpResponse {
  return { statusCode: 204, headers: preflightHeaders(http, policyOf(options), METHODS) }
}

function policyOf({ trustedOrigins, allowedHeaders }: CorsOptions): CorsPolicy {
  return {
    trustedOrigins: trustedOrigins ?? defaultCors().trustedOrigins,
    allowedHeaders: allowedHeaders ?? defaultCors().allowedHeaders ?? [],
  }
}
