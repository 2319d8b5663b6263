import type { AnyCoatcheckError, ErrorCode } from '../errors.ts'
import type { HttpResponse } from './response.ts'

/** Every code's status and title: a code without an entry does not compile. Published as `docs/problems.md`. */
export const PROBLEMS: Record<ErrorCode, { readonly status: number; readonly title: string }> = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_scope: { status: 400, title: 'A scope is not held' },
  unauthenticated: { status: 401, title: 'Not signed in' },
  invalid_credentials: { status: 401, title: 'Wrong email or password' },
  wrong_password: { status: 403, title: 'Wrong password' },
  registration_closed: { status: 403, title: 'Registration is closed' },
  cross_origin: { status: 403, title: 'The request comes from another origin' },
  insufficient_scope: { status: 403, title: 'A scope is missing' },
  reauthentication_required: { status: 403, title: 'A recent sign-in is needed' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  email_taken: { status: 409, title: 'The email is taken' },
  conflict: { status: 409, title: 'Changed at the same moment' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is of another type' },
  password_rejected: { status: 422, title: 'The password is not accepted' },
  too_many_attempts: { status: 429, title: 'Too many attempts' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
}

const RETRY_AFTER_SECONDS = 1
/** The error's own message is for the log: it says what the datastore did. */
const UNAVAILABLE =
  'The service cannot reach its data at the moment. Try again; what you asked for may have happened or not.'
const CHALLENGE = 'Bearer realm="coatcheck"'

/** An error as RFC 9457 problem details, with the headers its status asks for. `requestId` is a UUID. */
export function problemResponse(error: AnyCoatcheckError, requestId: string): HttpResponse {
  const { status, title } = PROBLEMS[error.code]
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...extraHeaders(error) },
    body: JSON.stringify({
      type: `urn:coatcheck:problem:${error.code}`,
      title,
      status,
      detail: error.code === 'unavailable' ? UNAVAILABLE : error.message,
      instance: `urn:uuid:${requestId}`,
      code: error.code,
      ...extraMembers(error),
    }),
  }
}

function extraMembers(error: AnyCoatcheckError): object {
  if (error.code === 'invalid_request' && error.errors.length > 0) return { errors: error.errors }
  if (error.code === 'insufficient_scope') return { required: error.required }
  if (error.code === 'password_rejected') return { rule: error.rule }
  return {}
}

/** Every 401 carries a challenge (RFC 9110 §15.5.2); it names an error only for a credential presented (RFC 6750 §3.1). */
function extraHeaders(error: AnyCoatcheckError): Record<string, string> {
  switch (error.code) {
    case 'unauthenticated':
      return { 'www-authenticate': error.presented ? `${CHALLENGE}, error="invalid_token"` : CHALLENGE }
    case 'invalid_credentials':
      return { 'www-authenticate': CHALLENGE }
    case 'insufficient_scope':
      return { 'www-authenticate': `${CHALLENGE}, error="insufficient_scope", scope="${error.required.join(' ')}"` }
    case 'method_not_allowed':
      return { allow: error.allowed.join(', ') }
    case 'too_many_attempts':
      return { 'retry-after': String(error.retryAfterSeconds) }
    case 'unavailable':
      return { 'retry-after': String(RETRY_AFTER_SECONDS) }
    default:
      return {}
  }
}
