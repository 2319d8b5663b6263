import type { AnyCoatcheckError, ErrorCode } from '../errors.ts'
import { ASSURANCE_CLASS } from '../factor.ts'
import { problemTypes } from '../log-settings.ts'
import type { HttpResponse } from './response.ts'

/** The status and title of every error code; `docs/problems.md` repeats them, and a test compares. */
export const PROBLEMS: Record<ErrorCode, { readonly status: number; readonly title: string }> = {
  invalid_request: { status: 400, title: 'Invalid request' },
  invalid_scope: { status: 400, title: 'Scope not held' },
  provider_refused: { status: 400, title: 'Sign-in at the provider refused' },
  unauthenticated: { status: 401, title: 'Not signed in' },
  sign_in_again: { status: 401, title: 'Change made: sign in again' },
  invalid_credentials: { status: 401, title: 'Wrong email or password' },
  wrong_password: { status: 403, title: 'Wrong password' },
  wrong_code: { status: 403, title: 'Wrong code' },
  wrong_passkey: { status: 403, title: 'Passkey not accepted' },
  second_factor_required: { status: 403, title: 'Second factor required' },
  password_change_required: { status: 403, title: 'Password change required' },
  registration_closed: { status: 403, title: 'Registration is closed' },
  identity_not_linked: { status: 403, title: 'Identity not linked' },
  captcha_required: { status: 403, title: 'Verification required' },
  cross_origin: { status: 403, title: 'Cross-origin request refused' },
  insufficient_scope: { status: 403, title: 'Insufficient scope' },
  reauthentication_required: { status: 403, title: 'Reauthentication required' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  email_taken: { status: 409, title: 'Email already registered' },
  conflict: { status: 409, title: 'Conflicting change' },
  invalid_link: { status: 410, title: 'Link no longer valid' },
  challenge_expired: { status: 410, title: 'Sign-in expired' },
  payload_too_large: { status: 413, title: 'Request body too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  password_rejected: { status: 422, title: 'Password rejected' },
  too_many_attempts: { status: 429, title: 'Too many attempts' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
  provider_unavailable: { status: 503, title: 'Provider unavailable' },
  revocation_pending: { status: 503, title: 'Revocation not finished' },
}

const RETRY_AFTER_SECONDS = 1
/** They replace the messages of errors that are for the log only. */
const DETAILS: Partial<Record<ErrorCode, string>> = {
  unavailable:
    'The service cannot reach its datastore. Try again after Retry-After; the request may or may not have taken effect.',
  provider_unavailable:
    'The provider of the identity cannot be reached or used now. Try again, or sign in another way.',
  provider_refused: 'The response or the token of the provider is not accepted; `reason` says why. Start again.',
  identity_not_linked: 'The identity belongs to no account that it may sign in; `reason` says why.',
}
const CHALLENGE = 'Bearer realm="coatcheck"'

/** The response to an error: RFC 9457 problem details and the headers of its status. `requestId` is a UUID. */
export function problemResponse(error: AnyCoatcheckError, requestId: string): HttpResponse {
  const { title } = PROBLEMS[error.code]
  const status = stepUpOf(error) ? 401 : PROBLEMS[error.code].status
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...extraHeaders(error) },
    body: JSON.stringify({
      type: problemTypes() + error.code,
      title,
      status,
      detail: DETAILS[error.code] ?? error.message,
      instance: `urn:uuid:${requestId}`,
      code: error.code,
      ...extraMembers(error),
    }),
  }
}

/** The challenge of a bearer token whose session is too old or too weak (RFC 9470 §3); `undefined` for other refusals. */
function stepUpOf(error: AnyCoatcheckError): string | undefined {
  if (error.code !== 'reauthentication_required' && error.code !== 'second_factor_required') return undefined
  if (error.presented !== 'bearer') return undefined
  const needed =
    error.code === 'reauthentication_required'
      ? `max_age="${error.maxAgeSeconds}"`
      : `acr_values="${ASSURANCE_CLASS[2]}"`
  return `${CHALLENGE}, error="insufficient_user_authentication", ${needed}`
}

function extraMembers(error: AnyCoatcheckError): object {
  if (error.code === 'invalid_request' && error.errors.length > 0) return { errors: error.errors }
  if (error.code === 'insufficient_scope') return { required: error.required }
  if (error.code === 'password_rejected') return { rule: error.rule }
  if (error.code === 'provider_refused' || error.code === 'identity_not_linked') return { reason: error.reason }
  if (error.code === 'second_factor_required' && error.challenge)
    return { challenge: error.challenge.reveal(), methods: error.methods }
  return {}
}

/**
 * Every 401 has a challenge (RFC 9110 §15.5.2), and so has a 400 for the credentials; it names an error only if a
 * credential was sent (RFC 6750 §3.1).
 */
function extraHeaders(error: AnyCoatcheckError): Record<string, string> {
  switch (error.code) {
    case 'invalid_request':
      return error.concernsCredentials ? { 'www-authenticate': `${CHALLENGE}, error="invalid_request"` } : {}
    case 'unauthenticated':
      return { 'www-authenticate': error.presented ? `${CHALLENGE}, error="invalid_token"` : CHALLENGE }
    case 'sign_in_again':
    case 'invalid_credentials':
      return { 'www-authenticate': CHALLENGE }
    case 'reauthentication_required':
    case 'second_factor_required': {
      const stepUp = stepUpOf(error)
      return stepUp ? { 'www-authenticate': stepUp } : {}
    }
    case 'insufficient_scope':
      return { 'www-authenticate': `${CHALLENGE}, error="insufficient_scope", scope="${error.required.join(' ')}"` }
    case 'method_not_allowed':
      return { allow: error.allowed.join(', ') }
    case 'too_many_attempts':
      return { 'retry-after': String(error.retryAfterSeconds) }
    case 'unavailable':
    case 'provider_unavailable':
    case 'revocation_pending':
      return { 'retry-after': String(RETRY_AFTER_SECONDS) }
    // Stryker disable next-line ConditionalExpression: spreading undefined adds no header either
    default:
      return {}
  }
}
