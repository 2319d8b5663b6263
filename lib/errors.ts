import type { Scope } from './scope.ts'

/** What the log says of a refusal besides its code; no secret, no email. */
export type Facts = Readonly<Record<string, string | number>>

/** What is wrong with one part of a request; `pointer` is a JSON pointer into the body, or the name of a parameter. */
export interface InvalidPart {
  readonly pointer: string
  readonly detail: string
}

/** Every refusal Coatcheck makes: `code` is stable and public, the message is for people and holds no secret. */
export abstract class CoatcheckError extends Error {
  abstract readonly code: string
  /** For the log alone: never a part of the answer. */
  facts: Facts = {}
  // Set by hand: minified bundles rename classes, and the name is what a log shows.
  override readonly name: string = 'CoatcheckError'
}

export class InvalidRequestError extends CoatcheckError {
  readonly code = 'invalid_request'
  readonly errors: readonly InvalidPart[]
  constructor(message: string, errors: readonly InvalidPart[] = []) {
    super(message)
    this.errors = errors
  }
}

export class InvalidScopeError extends CoatcheckError {
  readonly code = 'invalid_scope'
  constructor(scopes: readonly string[]) {
    super(`This user does not hold: ${scopes.join(' ')}. Ask for fewer scopes, or leave them out to get all.`)
  }
}

/** No credential, or one that is malformed, unknown, expired or revoked: one public face for all of them. */
export class UnauthenticatedError extends CoatcheckError {
  readonly code = 'unauthenticated'
  /** Whether a credential was presented: the challenge names an error only then (RFC 6750 §3.1). */
  readonly presented: boolean
  constructor(presented: boolean) {
    super(presented ? 'The session has ended or the credential is not valid. Sign in again.' : 'Sign in first.')
    this.presented = presented
  }
}

/** Unknown email, wrong password, disabled user, no password: byte-equal to the outside. */
export class InvalidCredentialsError extends CoatcheckError {
  readonly code = 'invalid_credentials'
  constructor(facts: Facts = {}) {
    super('The email or the password is not right.')
    this.facts = facts
  }
}

/** The password of somebody who is signed in already. */
export class WrongPasswordError extends CoatcheckError {
  readonly code = 'wrong_password'
  constructor(facts: Facts = {}) {
    super('The password is not right. You stay signed in; try again.')
    this.facts = facts
  }
}

/** The session's user has not proved who they are recently enough for this. */
export class ReauthenticationRequiredError extends CoatcheckError {
  readonly code = 'reauthentication_required'
  constructor(freshSeconds: number, facts: Facts = {}) {
    super(
      `This needs a sign-in of the last ${freshSeconds} seconds. Reauthenticate first: POST /auth/session/reauthenticate.`,
    )
    this.facts = facts
  }
}

/** No slot left: the same whether the password was right, wrong or the account unknown. */
export class TooManyAttemptsError extends CoatcheckError {
  readonly code = 'too_many_attempts'
  readonly retryAfterSeconds: number
  constructor(retryAfterSeconds: number, facts: Facts = {}) {
    super('There were too many attempts. Wait as long as Retry-After says; who is signed in stays signed in.')
    this.retryAfterSeconds = retryAfterSeconds
    this.facts = facts
  }
}

export class RegistrationClosedError extends CoatcheckError {
  readonly code = 'registration_closed'
  constructor() {
    super('Registration is closed here. Ask an administrator for an account.')
  }
}

export class CrossOriginError extends CoatcheckError {
  readonly code = 'cross_origin'
  constructor() {
    super(
      'A cookie counts only on requests from this origin or a trusted one. Outside a browser, send an Origin header.',
    )
  }
}

export class InsufficientScopeError extends CoatcheckError {
  readonly code = 'insufficient_scope'
  readonly required: readonly Scope[]
  constructor(required: readonly Scope[], facts: Facts = {}) {
    super(`This needs the scope ${required.join(' ')}.`)
    this.required = required
    this.facts = facts
  }
}

export class NotFoundError extends CoatcheckError {
  readonly code = 'not_found'
  constructor(what = 'There is nothing here.') {
    super(what)
  }
}

export class MethodNotAllowedError extends CoatcheckError {
  readonly code = 'method_not_allowed'
  readonly allowed: readonly string[]
  constructor(allowed: readonly string[]) {
    super(`Allowed here: ${allowed.join(', ')}.`)
    this.allowed = allowed
  }
}

export class EmailTakenError extends CoatcheckError {
  readonly code = 'email_taken'
  constructor() {
    super('There is an account with this email already. Sign in instead.')
  }
}

/** Somebody else changed the same user at the same time, or the user's state forbids it: it is not safe to go on. */
export class ConflictError extends CoatcheckError {
  readonly code = 'conflict'
  constructor(message = 'The account changed at the same moment. Try again.') {
    super(message)
  }
}

export class PayloadTooLargeError extends CoatcheckError {
  readonly code = 'payload_too_large'
  constructor(limitBytes: number) {
    super(`The body may have ${limitBytes} bytes at most.`)
  }
}

export class UnsupportedMediaTypeError extends CoatcheckError {
  readonly code = 'unsupported_media_type'
  constructor(expected = 'application/json') {
    super(`Send the body as ${expected}.`)
  }
}

export class PasswordRejectedError extends CoatcheckError {
  readonly code = 'password_rejected'
  readonly rule: string
  constructor(rule: string, message: string) {
    super(message)
    this.rule = rule
  }
}

/** The datastore failed, was too slow or gave an answer that is not its own. Never means "no such session". */
export class UnavailableError extends CoatcheckError {
  readonly code = 'unavailable'
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options)
  }
}

export type AnyCoatcheckError =
  | InvalidRequestError
  | InvalidScopeError
  | UnauthenticatedError
  | InvalidCredentialsError
  | WrongPasswordError
  | ReauthenticationRequiredError
  | TooManyAttemptsError
  | RegistrationClosedError
  | CrossOriginError
  | InsufficientScopeError
  | NotFoundError
  | MethodNotAllowedError
  | EmailTakenError
  | ConflictError
  | PayloadTooLargeError
  | UnsupportedMediaTypeError
  | PasswordRejectedError
  | UnavailableError

export type ErrorCode = AnyCoatcheckError['code']
