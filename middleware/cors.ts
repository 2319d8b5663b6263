import { FIELD_NAME } from '../lib/config.ts'
import { type CorsPolicy, corsHeaders, preflightHeaders } from '../lib/http/cors.ts'
import type { HttpRequest } from '../lib/http/request.ts'
import type { HttpResponse } from '../lib/http/response.ts'
import { defaultCors } from './defaults.ts'
import { type Accepted, isList } from './options.ts'

/** The options for pages of other origins. */
export interface CorsOptions {
  /**
   * Whether pages of `trustedOrigins` may read the responses, and preflights are answered (CORS). Default: `true`.
   * `false` leaves CORS to the gateway or to another middleware.
   */
  readonly cors?: boolean | undefined
  /** The request headers that these pages may send, besides the default ones. Default: `CORS_ALLOWED_HEADERS`. */
  readonly allowedHeaders?: readonly string[] | undefined
}

type Policy = Pick<CorsOptions, 'allowedHeaders'> & { readonly trustedOrigins?: readonly string[] | undefined }

/** The methods of a guarded function are not known here; its gateway refuses those without a route. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

const isFieldNames = isList((name) => typeof name === 'string' && FIELD_NAME.test(name))

/** The checks of these options, for `assertOptions`. */
export const CORS_OPTIONS: Readonly<Record<keyof CorsOptions, Accepted>> = {
  cors: [true, false],
  allowedHeaders: [isFieldNames, 'a list of header names'],
}

/** The CORS headers of a response; none for a service without trusted origins. */
export function corsHeadersOf(http: HttpRequest, options: Policy): Record<string, string> {
  const policy = policyOf(options)
  return policy.trustedOrigins.length > 0 ? corsHeaders(http, policy) : {}
}

/** The response to a preflight: 204, with permissions only for a trusted origin. */
export function preflightResponse(http: HttpRequest, options: Policy): HttpResponse {
  return { statusCode: 204, headers: preflightHeaders(http, policyOf(options), METHODS) }
}

function policyOf({ trustedOrigins, allowedHeaders }: Policy): CorsPolicy {
  return {
    trustedOrigins: trustedOrigins ?? defaultCors().trustedOrigins,
    allowedHeaders: allowedHeaders ?? defaultCors().allowedHeaders ?? [],
  }
}
