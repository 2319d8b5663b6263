import { describe, expect, onTestFinished, test, vi } from 'vitest'
import * as errors from '../../lib/errors.ts'
import { PROBLEMS, problemResponse } from '../../lib/http/problem.ts'
import { problemEntry } from '../../lib/http/problem-entry.ts'
import { Secret } from '../../lib/secret.ts'
import { scopes } from '../support/parts.ts'

const ID = '01234567-89ab-cdef-0123-456789abcdef'
const facts = { actor: 'someone' }

interface Case {
  /** A function, since code that runs while a file is loaded counts for no test in mutation testing. */
  readonly error: () => errors.AnyCoatcheckError
  readonly code: string
  readonly status: number
  /** A part of the detail. */
  readonly says: string
  readonly headers?: object
  readonly members?: object
  /** The log entry, if there is one. */
  readonly entry?: object
}

const bearer = 'Bearer realm="coatcheck"'
const part = { pointer: '/a', detail: 'missing field' }
const CASES: Case[] = [
  {
    error: () => new errors.InvalidRequestError('Not so.'),
    code: 'invalid_request',
    status: 400,
    says: 'Not so.',
    entry: { event: 'input_validation_fail', level: 'warn', reason: 'invalid_request' },
  },
  {
    error: () => new errors.InvalidRequestError('Not so.', [part]),
    code: 'invalid_request',
    status: 400,
    says: 'Not so.',
    members: { errors: [part] },
    entry: { event: 'input_validation_fail', level: 'warn', reason: 'invalid_request' },
  },
  {
    error: () => new errors.InvalidRequestError('Not both.', [], true),
    code: 'invalid_request',
    status: 400,
    says: 'Not both.',
    headers: { 'www-authenticate': `${bearer}, error="invalid_request"` },
    entry: { event: 'input_validation_fail', level: 'warn', reason: 'invalid_request' },
  },
  {
    error: () => new errors.InvalidScopeError(['notes:write']),
    code: 'invalid_scope',
    status: 400,
    says: 'The user does not hold: notes:write.',
    entry: { event: 'input_validation_fail', level: 'warn', reason: 'invalid_scope' },
  },
  {
    error: () => new errors.UnauthenticatedError(false),
    code: 'unauthenticated',
    status: 401,
    says: 'Sign in first.',
    headers: { 'www-authenticate': bearer },
  },
  {
    error: () => new errors.UnauthenticatedError(true),
    code: 'unauthenticated',
    status: 401,
    says: 'Sign in again.',
    headers: { 'www-authenticate': `${bearer}, error="invalid_token"` },
  },
  {
    error: () => new errors.InvalidCredentialsError(facts),
    code: 'invalid_credentials',
    status: 401,
    says: 'The email or the password',
    headers: { 'www-authenticate': bearer },
    entry: { event: 'authn_login_fail', level: 'warn', ...facts },
  },
  {
    error: () => new errors.WrongPasswordError(facts),
    code: 'wrong_password',
    status: 403,
    says: 'The password is wrong.',
    entry: { event: 'authn_login_fail', level: 'warn', ...facts },
  },
  {
    error: () => new errors.SignInAgainError(),
    code: 'sign_in_again',
    status: 401,
    says: 'Sign in again',
    headers: { 'www-authenticate': bearer },
  },
  {
    error: () => new errors.RevocationPendingError(new errors.UnavailableError('no socket')),
    code: 'revocation_pending',
    status: 503,
    says: 'not all sessions are revoked yet',
    headers: { 'retry-after': '1' },
    entry: { event: 'unavailable', level: 'error', error: expect.objectContaining({ message: 'no socket' }) },
  },
  {
    error: () => new errors.ReauthenticationRequiredError(900, 'cookie', facts),
    code: 'reauthentication_required',
    status: 403,
    says: '900 seconds',
    entry: { event: 'authz_fail', level: 'warn', reason: 'reauthentication_required', ...facts },
  },
  {
    error: () => new errors.ReauthenticationRequiredError(900, 'bearer', facts),
    code: 'reauthentication_required',
    status: 401,
    says: '900 seconds',
    headers: {
      'www-authenticate': 'Bearer realm="coatcheck", error="insufficient_user_authentication", max_age="900"',
    },
    entry: { event: 'authz_fail', level: 'warn', reason: 'reauthentication_required', ...facts },
  },
  {
    error: () => new errors.SecondFactorRequiredError(undefined, facts, 'bearer'),
    code: 'second_factor_required',
    status: 401,
    says: 'two factors',
    headers: {
      'www-authenticate':
        'Bearer realm="coatcheck", error="insufficient_user_authentication", acr_values="urn:coatcheck:assurance:2"',
    },
    entry: { event: 'authz_fail', level: 'warn', reason: 'second_factor_required', ...facts },
  },
  {
    error: () => new errors.SecondFactorRequiredError({ challenge: new Secret('c'), methods: ['totp'] }, facts),
    code: 'second_factor_required',
    status: 403,
    says: 'The first factor is right',
    members: { challenge: 'c', methods: ['totp'] },
  },
  {
    error: () => new errors.PasswordChangeRequiredError(facts),
    code: 'password_change_required',
    status: 403,
    says: 'choose another',
  },
  {
    error: () => new errors.WrongPasskeyError(facts),
    code: 'wrong_passkey',
    status: 403,
    says: 'passkey',
    entry: { event: 'authn_login_fail', level: 'warn', ...facts },
  },
  {
    error: () => new errors.WrongCodeError(facts),
    code: 'wrong_code',
    status: 403,
    says: 'code',
    entry: { event: 'authn_login_fail', level: 'warn', ...facts },
  },
  {
    error: () => new errors.ChallengeExpiredError(),
    code: 'challenge_expired',
    status: 410,
    says: 'Start again',
  },
  {
    error: () => new errors.InvalidLinkError(),
    code: 'invalid_link',
    status: 410,
    says: 'Request a new one',
  },
  {
    error: () => new errors.CaptchaRequiredError(),
    code: 'captcha_required',
    status: 403,
    says: 'verification',
  },
  {
    error: () => new errors.TooManyAttemptsError(60, { at: 'login' }),
    code: 'too_many_attempts',
    status: 429,
    says: 'Retry-After',
    headers: { 'retry-after': '60' },
    entry: { event: 'authn_login_lock', level: 'warn', at: 'login', retryAfterSeconds: 60 },
  },
  {
    error: () => new errors.TooManyAttemptsError(60, { at: 'registration' }),
    code: 'too_many_attempts',
    status: 429,
    says: 'Retry-After',
    headers: { 'retry-after': '60' },
    entry: { event: 'excess_rate_limit_exceeded', level: 'warn', at: 'registration', retryAfterSeconds: 60 },
  },
  {
    error: () => new errors.RegistrationClosedError(),
    code: 'registration_closed',
    status: 403,
    says: 'administrator',
  },
  {
    error: () => new errors.CrossOriginError(),
    code: 'cross_origin',
    status: 403,
    says: 'Origin header',
    entry: { event: 'malicious_cors', level: 'warn' },
  },
  {
    error: () => new errors.InsufficientScopeError(scopes('a', 'b'), facts),
    code: 'insufficient_scope',
    status: 403,
    says: 'Missing scope: a b. ',
    headers: { 'www-authenticate': `${bearer}, error="insufficient_scope", scope="a b"` },
    members: { required: ['a', 'b'] },
    entry: { event: 'authz_fail', level: 'warn', reason: 'insufficient_scope', required: 'a b', ...facts },
  },
  { error: () => new errors.NotFoundError(), code: 'not_found', status: 404, says: 'No resource has this path.' },
  {
    error: () => new errors.MethodNotAllowedError(['GET', 'PUT']),
    code: 'method_not_allowed',
    status: 405,
    says: 'GET, PUT.',
    headers: { allow: 'GET, PUT' },
  },
  { error: () => new errors.EmailTakenError(), code: 'email_taken', status: 409, says: 'Sign in instead.' },
  {
    error: () => new errors.IdentityNotLinkedError('email_taken'),
    code: 'identity_not_linked',
    status: 403,
    says: '`reason` says why',
    members: { reason: 'email_taken' },
    entry: { event: 'authn_login_fail', level: 'warn', reason: 'email_taken' },
  },
  {
    error: () => new errors.ProviderResponseError('invalid_token', 'The token is not valid.'),
    code: 'provider_refused',
    status: 400,
    says: 'Start again.',
    members: { reason: 'invalid_token' },
    entry: { event: 'authn_login_fail', level: 'warn', reason: 'invalid_token' },
  },
  {
    error: () => new errors.ProviderUnavailableError('The provider does not answer.'),
    code: 'provider_unavailable',
    status: 503,
    says: 'provider',
    headers: { 'retry-after': '1' },
    entry: { event: 'provider_unavailable', level: 'warn', error: expect.any(errors.ProviderUnavailableError) },
  },
  { error: () => new errors.ConflictError(), code: 'conflict', status: 409, says: 'Try again.' },
  {
    error: () => new errors.PayloadTooLargeError(16),
    code: 'payload_too_large',
    status: 413,
    says: '16 bytes',
    entry: { event: 'input_validation_fail', level: 'warn', reason: 'payload_too_large' },
  },
  {
    error: () => new errors.UnsupportedMediaTypeError(),
    code: 'unsupported_media_type',
    status: 415,
    says: 'application/json',
    entry: { event: 'input_validation_fail', level: 'warn', reason: 'unsupported_media_type' },
  },
  {
    error: () => new errors.PasswordRejectedError('length', 'Longer.'),
    code: 'password_rejected',
    status: 422,
    says: 'Longer.',
    members: { rule: 'length' },
    entry: { event: 'input_validation_fail', level: 'warn', reason: 'password_rejected' },
  },
]

describe('a refusal', () => {
  test.each(CASES)('$code gets status $status, its headers, members and log entry', (row) => {
    const { code, status, says, headers = {}, members = {}, entry } = row
    const error = row.error()
    const answer = problemResponse(error, ID)
    expect(answer.statusCode).toBe(status)
    expect(answer.headers).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...headers,
    })
    const body = JSON.parse(answer.body ?? '')
    expect(body).toEqual({
      type: `urn:coatcheck:problem:${code}`,
      title: expect.stringMatching(/^[A-Z]/),
      status,
      detail: expect.stringContaining(says),
      instance: `urn:uuid:${ID}`,
      code,
      ...members,
    })
    expect(problemEntry(error)).toEqual(entry)
  })

  test('has a type that leads to its description, where PROBLEM_TYPE_URL names the pages', () => {
    vi.stubEnv('PROBLEM_TYPE_URL', 'https://docs.example.com/problems/#')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { body } = problemResponse(new errors.UnauthenticatedError(false), ID)
    expect(JSON.parse(body ?? '').type).toBe('https://docs.example.com/problems/#unauthenticated')
  })

  test('describes a datastore failure only in the log, not in the response', () => {
    const error = new errors.UnavailableError('canary', { cause: new Error('canary') })
    const { statusCode, headers, body } = problemResponse(error, ID)
    expect([statusCode, headers['retry-after']]).toEqual([503, '1'])
    expect(body).not.toContain('canary')
    const { title, detail } = JSON.parse(body ?? '')
    expect(title).toBe('Temporarily unavailable')
    expect(detail).toContain('may or may not have taken effect')
    expect(problemEntry(error)).toEqual({ level: 'error', event: 'unavailable', error })
  })

  test('is tested for every code', () => {
    const codes = new Set([...CASES.map(({ code }) => code), 'unavailable'])
    expect([...codes].sort()).toEqual(Object.keys(PROBLEMS).sort())
  })
})
