const CODES = [
  'invalid_request',
  'invalid_scope',
  'unauthenticated',
  'invalid_credentials',
  'wrong_password',
  'registration_closed',
  'cross_origin',
  'insufficient_scope',
  'reauthentication_required',
  'not_found',
  'method_not_allowed',
  'email_taken',
  'conflict',
  'payload_too_large',
  'unsupported_media_type',
  'password_rejected',
  'too_many_attempts',
  'unavailable',
] as const

/** The service's own codes: `docs/problems.md` says what each asks for. */
export type ErrorCode = (typeof CODES)[number]

/**
 * And two of the client's: `unreachable`, no answer came (offline, refused, redirected, timed out), and what was asked
 * for may have happened or not; `unexpected`, one came that is not Coatcheck's, or of a later one.
 */
export type ProblemCode = ErrorCode | 'unreachable' | 'unexpected'

/** What is wrong with one part of a request; `pointer` is a JSON pointer into the body, or a parameter's name. */
export interface InvalidPart {
  readonly pointer: string
  readonly detail: string
}

/** What a problem says. */
export interface ProblemFields {
  readonly code: ProblemCode
  /** Of the HTTP answer; 0 when there was none. */
  readonly status: number
  /** The same for every problem of this code. */
  readonly title: string
  /** For people. */
  readonly detail: string
  /** The request's id, as in the service's log. */
  readonly instance?: string
  /** With `invalid_request`. */
  readonly errors?: readonly InvalidPart[]
  /** With `insufficient_scope`: the scopes needed. */
  readonly required?: readonly string[]
  /** With `password_rejected`: the rule's name. */
  readonly rule?: string
  /** With `too_many_attempts` and `unavailable`. */
  readonly retryAfterSeconds?: number
}

/** Every failure of a call: `code` to branch on, `detail` to show. */
export class Problem extends Error implements ProblemFields {
  // Set by hand: minified bundles rename classes.
  override readonly name: string = 'Problem'
  declare readonly code: ProblemCode
  declare readonly status: number
  declare readonly title: string
  declare readonly detail: string
  declare readonly instance?: string
  declare readonly errors?: readonly InvalidPart[]
  declare readonly required?: readonly string[]
  declare readonly rule?: string
  declare readonly retryAfterSeconds?: number
  constructor(fields: ProblemFields) {
    super(fields.detail)
    Object.assign(this, fields)
  }
}

/** No answer. Why, a browser does not say; what Node says may quote the URL, and with it an email: it is left out. */
export function unreachable(): Problem {
  return new Problem({
    code: 'unreachable',
    status: 0,
    title: 'Not reachable',
    detail: 'The service did not answer. What was asked for may have happened or not.',
  })
}

/** An answer that is no success, whoever it comes from: nothing of it is taken before it is looked at. */
export function problemOf(status: number, body: Readonly<Record<string, unknown>>, retryAfter: string | null): Problem {
  const { type, code, title, detail, instance, errors, required, rule } = body
  const ours = isText(code) && type === `urn:coatcheck:problem:${code}`
  return new Problem({
    code: (ours && CODES.find((known) => known === code)) || 'unexpected',
    status,
    title: ours && isText(title) ? title : 'Unexpected answer',
    detail: ours && isText(detail) ? detail : 'The answer is none of Coatcheck’s.',
    ...(ours && {
      ...(isText(instance) && { instance }),
      ...(isListOf(errors, isInvalidPart) && { errors }),
      ...(isListOf(required, isText) && { required }),
      ...(isText(rule) && { rule }),
    }),
    ...(/^\d+$/.test(retryAfter ?? '') && { retryAfterSeconds: Number(retryAfter) }),
  })
}

/** Whether JSON holds an object, and not a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isInvalidPart(value: unknown): value is InvalidPart {
  return isObject(value) && isText(value.pointer) && isText(value.detail)
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem)
}
