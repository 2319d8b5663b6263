import { logEntry } from '../audit.ts'
import type { AnyCoatcheckError } from '../errors.ts'
import { addMetric, countMetric } from '../metrics.ts'
import type { Log, LogEntry } from '../ports.ts'

/** Counts a refusal by its reason, and logs it. A refusal without a log entry causes no line of metrics either. */
export function reportProblem(error: AnyCoatcheckError, log: Log): void {
  const entry = problemEntry(error)
  const count = entry ? countMetric : addMetric
  count(`refused_${error.code}`)
  if (entry) log(entry)
}

/** The log entry of a refusal; none for refusals that any visitor or crawler causes. */
export function problemEntry(error: AnyCoatcheckError): LogEntry | undefined {
  const { code, facts } = error
  switch (code) {
    case 'invalid_credentials':
    case 'wrong_password':
    case 'wrong_code':
    case 'wrong_passkey':
    case 'provider_refused':
    case 'identity_not_linked':
      return logEntry('authn_login_fail', facts)
    case 'too_many_attempts':
      return logEntry(facts.at === 'login' ? 'authn_login_lock' : 'excess_rate_limit_exceeded', {
        ...facts,
        retryAfterSeconds: error.retryAfterSeconds,
      })
    case 'insufficient_scope':
      return logEntry('authz_fail', { ...facts, reason: code, required: error.required.join(' ') })
    case 'second_factor_required':
      if (error.challenge) return undefined // a sign-in that goes on
      return logEntry('authz_fail', { ...facts, reason: code })
    case 'reauthentication_required':
      return logEntry('authz_fail', { ...facts, reason: code })
    case 'cross_origin':
      return logEntry('malicious_cors', facts)
    case 'invalid_request':
    case 'invalid_scope':
    case 'payload_too_large':
    case 'unsupported_media_type':
    case 'password_rejected':
      return logEntry('input_validation_fail', { ...facts, reason: code })
    case 'sign_in_again':
    case 'revocation_pending':
      return error.cause === undefined ? undefined : logEntry('unavailable', { ...facts, error: error.cause })
    case 'provider_unavailable':
      return logEntry('provider_unavailable', { ...facts, error })
    case 'unavailable':
      return logEntry('unavailable', { ...facts, error })
    // Stryker disable next-line ConditionalExpression: without the case the function returns undefined as well
    default:
      return undefined
  }
}
