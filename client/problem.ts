const CODES = [
  'invalid_request',
  'invalid_scope',
  'provider_refused',
  'unauthenticated',
  'sign_in_again',
  'invalid_credentials',
  'wrong_password',
  'wrong_code',
  'wrong_passkey',
  'second_factor_required',
  'password_change_required',
  'challenge_expired',
  'registration_closed',
  'identity_not_linked',
  'captcha_required',
  'cross_origin',
  'insufficient_scope',
  'reauthentication_required',
  'not_found',
  'method_not_allowed',
  'email_taken',
  'conflict',
  'invalid_link',
  'payload_too_large',
  'unsupported_media_type',
  'password_rejected',
  'too_many_attempts',
  'unavailable',
  'provider_unavailable',
  'revocation_pending',
] as const

/** The codes of the service. `docs/problems.md` says what to do about each. */
export type ErrorCode = (typeof CODES)[number]

/**
 * The codes of the service and two of the client. `unreachable`: there was no response (offline, refused, redirected or
 * timed out), and the request may or may not have taken effect. `unexpected`: the response is not from Coatcheck, or from
 * a newer version of it.
 */
export type ProblemCode = ErrorCode | 'unreachable' | 'unexpected'

/** One invalid part of a request. `pointer` is a JSON pointer into the body (RFC 6901), or a parameter's name. */
export interface InvalidPart {
  readonly pointer: string
  readonly detail: string
}

/** The fields of a problem (RFC 9457). */
export interface ProblemFields {
  readonly code: ProblemCode
  /** The status of the HTTP response; 0 if there was none. */
  readonly status: number
  /** The same for every problem of this code. */
  readonly title: string
  /** A message to show to the user. */
  readonly detail: string
  /** The request's id, which the service also logs. */
  readonly instance?: string
  /** For `invalid_request`: the invalid parts. */
  readonly errors?: readonly InvalidPart[]
  /** For `insufficient_scope`: the required scopes. */
  readonly required?: readonly string[]
  /** For `provider_refused` and `identity_not_linked`: why. */
  readonly reason?: string
  /** For `password_rejected`: the name of the violated rule. */
  readonly rule?: string
  /** For `second_factor_required` of a sign-in: continues it. */
  readonly challenge?: string
  /** For `second_factor_required` of a sign-in: the second factors that the user has. */
  readonly methods?: readonly string[]
  /** When to try again, mainly for `too_many_attempts` and `unavailable`. */
  readonly retryAfterSeconds?: number
}

/**
 * The error of every failed call: branch on `code`, show `detail`.
 * @example
 * ```ts
 * import { createClient, Problem } from 'coatcheck/client'
 *
 * try {
 *   await createClient()('POST /auth/logout')
 * } catch (error) {
 *   if (error instanceof Problem && error.code !== 'unauthenticated') console.error(error.detail)
 * }
 * ```
 */
export class Problem extends Error implements ProblemFields {
  // A literal, because minifiers rename classes.
  override readonly name: string = 'Problem'
  declare readonly code: ProblemCode
  declare readonly status: number
  declare readonly title: string
  declare readonly detail: string
  declare readonly instance?: string
  declare readonly errors?: readonly InvalidPart[]
  declare readonly required?: readonly string[]
  declare readonly reason?: string
  declare readonly rule?: string
  declare readonly challenge?: string
  declare readonly methods?: readonly string[]
  declare readonly retryAfterSeconds?: number
  constructor(fields: ProblemFields) {
    super(fields.detail)
    Object.assign(this, fields)
  }
}

/** Leaves out the cause: browsers give none, and Node's may contain the URL and with it an email address. */
export function unreachableProblem(): Problem {
  return new Problem({
    code: 'unreachable',
    status: 0,
    title: 'Service unreachable',
    detail: 'The service did not respond. The request may or may not have taken effect.',
  })
}

/** Reads a response that is not a success. It may come from any server, so every field is checked. */
export function parseProblem(
  status: number,
  body: Readonly<Record<string, unknown>>,
  retryAfter: string | null,
): Problem {
  const { type, code, title, detail, instance, errors, required, reason, rule, challenge, methods } = body
  const isCoatcheck =
    isString(code) && isString(type) && /^(urn:coatcheck:problem:|https:.*[/#=])/.exec(type)?.[0] + code === type
  return new Problem({
    code: (isCoatcheck && CODES.find((known) => known === code)) || 'unexpected',
    status,
    title: isCoatcheck && isString(title) ? title : 'Unexpected response',
    detail:
      isCoatcheck && isString(detail)
        ? detail
        : 'The response is not from Coatcheck. Check the address of the service.',
    ...(isCoatcheck && {
      ...(isString(instance) && { instance }),
      ...(isArrayOf(errors, isInvalidPart) && { errors }),
      ...(isArrayOf(required, isString) && { required }),
      ...(isString(reason) && { reason }),
      ...(isString(rule) && { rule }),
      ...(isString(challenge) && { challenge }),
      ...(isArrayOf(methods, isString) && { methods }),
    }),
    ...(/^\d+$/.test(retryAfter ?? '') && { retryAfterSeconds: Number(retryAfter) }),
  })
}

/** Whether a JSON value is an object and not an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isInvalidPart(value: unknown): value is InvalidPart {
  return isObject(value) && isString(value.pointer) && isString(value.detail)
}

function isArrayOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem)
}
