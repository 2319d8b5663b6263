import { corsHeaders } from '../../lib/http/cors.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import type { HttpResponse } from '../../lib/http/response.ts'
import type { OriginPolicy } from '../../lib/http/same-origin.ts'
import type { Middleware, MiddyRequest } from '../../middleware/middy.ts'
import { requestOf } from '../../middleware/request.ts'

/** Responses concern credentials and are no pages (OWASP REST Security Cheat Sheet, "Security Headers"). */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}
/** Only over HTTPS (RFC 6797 §7.2). */
const HSTS = { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }

/**
 * Adds security and CORS headers to every response, errors included, and removes the body of a response to HEAD (RFC 9110
 * §9.3.2). Must be used first: then it acts last.
 */
export function answerHeaders({ https, ...policy }: OriginPolicy & { https: boolean }): Middleware<HttpEvent> {
  const add = (request: MiddyRequest<HttpEvent>) => {
    const http = requestOf(request)
    const response = request.response as Partial<HttpResponse>
    response.headers = {
      ...SECURITY_HEADERS,
      ...(https ? HSTS : {}),
      ...corsHeaders(http, policy),
      ...response.headers,
    }
    if (http.method === 'HEAD') request.response = { ...response, body: '', isBase64Encoded: false }
  }
  return { after: add, onError: add }
}
