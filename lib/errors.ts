import { CoatcheckError, type Facts } from './coatcheck-error.ts'
import type {
  ChallengeExpiredError,
  PasswordChangeRequiredError,
  ReauthenticationRequiredError,
  SecondFactorRequiredError,
  WrongCodeError,
  WrongPasskeyError,
} from './factor-errors.ts'
import type {
  IdentityNotLinkedError,
  ProviderResponseError,
  ProviderUnavailableError,
} from './identity/provider-errors.ts'
import type { CaptchaRequiredError, InvalidLinkError } from './link-errors.ts'
import type {
  InvalidRequestError,
  MethodNotAllowedError,
  NotFoundError,
  PayloadTooLargeError,
  UnsupportedMediaTypeError,
} from './request-errors.ts'
import type { Scope } from './scope.ts'

export { CoatcheckError, type Facts } from './coatcheck-error.ts'
export * from './factor-errors.ts'
export * from './identity/provider-errors.ts'
export * from './link-errors.ts'
export * from './request-errors.ts'

/** A login requests a scope that the user does not hold. Status 400. */
export class InvalidScopeError extends CoatcheckError {
  readonly code = 'invalid_scope'
  /** @param needsSecondFactor whether the user holds the scopes, but only for a sign-in with two factors */
  constructor(scopes: readonly string[], needsSecondFactor = false) {
    const names = scopes.join(' ')
    super(
      needsSecondFactor
        ? `These scopes need a sign-in with two factors: ${names}. Set up a second factor, or request fewer scopes.`
        : `The user does not hold: ${names}. Request fewer scopes, or omit \`scopes\` to get all of them.`,
    )
  }
}

/** The credential is absent, malformed, unknown, expired or revoked; the response does not say which. Status 401. */
export class UnauthenticatedError extends CoatcheckError {
  readonly code = 'unauthenticated'
  /** Whether the request had a credential: only then does the challenge name an error (RFC 6750 §3.1). */
  readonly presented: boolean
  constructor(presented: boolean) {
    super(presented ? 'The credential is invalid, expired or revoked. Sign in again.' : 'No credential. Sign in first.')
    this.presented = presented
  }
}

/** A password change or a revocation of the other sessions is done, but the caller's session was revoked too. Status 401. */
export class SignInAgainError extends CoatcheckError {
  readonly code = 'sign_in_again'
  /** @param cause the failure of the datastore, if there was one */
  constructor(cause?: unknown) {
    super('The change was made, and all sessions including yours are revoked. Sign in again.', { cause })
  }
}

/** A login fails for an unknown email, a wrong or unset password or a disabled user; responses are equal. Status 401. */
export class InvalidCredentialsError extends CoatcheckError {
  readonly code = 'invalid_credentials'
  constructor(facts: Facts = {}) {
    super('The email or the password is wrong. Check both and try again.')
    this.facts = facts
  }
}

/** A signed-in user's password does not verify; the session stays valid. Status 403. */
export class WrongPasswordError extends CoatcheckError {
  readonly code = 'wrong_password'
  constructor(facts: Facts = {}) {
    super('The password is wrong. You stay signed in; try again.')
    this.facts = facts
  }
}

/** The account's or the source's rate limit is reached; independent of password and account. Status 429. */
export class TooManyAttemptsError extends CoatcheckError {
  readonly code = 'too_many_attempts'
  readonly retryAfterSeconds: number
  constructor(retryAfterSeconds: number, facts: Facts = {}) {
    super('Too many attempts. Try again after the time in Retry-After. Existing sessions stay valid.')
    this.retryAfterSeconds = retryAfterSeconds
    this.facts = facts
  }
}

/** `REGISTRATION` is `closed`. Status 403. */
export class RegistrationClosedError extends CoatcheckError {
  readonly code = 'registration_closed'
  constructor() {
    super('Registration is closed. Ask an administrator for an account.')
  }
}

/** A cookie on an unsafe method comes from an origin that is not trusted. Status 403. */
export class CrossOriginError extends CoatcheckError {
  readonly code = 'cross_origin'
  constructor() {
    super('The cookie requires a request from this or a trusted origin. Outside a browser, send an Origin header.')
  }
}

/** The session does not hold every scope in `required`. Status 403. */
export class InsufficientScopeError extends CoatcheckError {
  readonly code = 'insufficient_scope'
  readonly required: readonly Scope[]
  constructor(required: readonly Scope[], facts: Facts = {}) {
    super(`Missing scope: ${required.join(' ')}. Sign in with it, or ask an administrator to grant it.`)
    this.required = required
    this.facts = facts
  }
}

/** Another user has this email address. Status 409. */
export class EmailTakenError extends CoatcheckError {
  readonly code = 'email_taken'
  constructor() {
    super('An account with this email already exists. Sign in instead.')
  }
}

/** A concurrent request changed the user, or the user's state forbids the change. Status 409. */
export class ConflictError extends CoatcheckError {
  readonly code = 'conflict'
  constructor(message = 'Another request changed the account at the same time. Try again.') {
    super(message)
  }
}

/** A new password breaks `rule`. Status 422. */
export class PasswordRejectedError extends CoatcheckError {
  readonly code = 'password_rejected'
  readonly rule: string
  constructor(rule: string, message: string) {
    super(message)
    this.rule = rule
  }
}

/** The datastore failed, timed out or gave a malformed response. Never means "no such session". Status 503. */
export class UnavailableError extends CoatcheckError {
  readonly code = 'unavailable'
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options)
  }
}

/**
 * All sessions of the caller are marked as revoked, but the datastore failed before their rows were deleted. Until the
 * next login of this user, or the stream function, deletes them, some may be accepted. Status 503.
 */
export class RevocationPendingError extends CoatcheckError {
  readonly code = 'revocation_pending'
  constructor(cause: UnavailableError) {
    super('The change was made, but not all sessions are revoked yet. Sign in again to revoke the rest.', { cause })
  }
}

/** Every concrete error: a `switch` on `code` narrows it. */
export type AnyCoatcheckError =
  | InvalidRequestError
  | InvalidScopeError
  | UnauthenticatedError
  | SignInAgainError
  | InvalidCredentialsError
  | WrongPasswordError
  | ReauthenticationRequiredError
  | TooManyAttemptsError
  | RegistrationClosedError
  | CaptchaRequiredError
  | CrossOriginError
  | InsufficientScopeError
  | NotFoundError
  | MethodNotAllowedError
  | InvalidLinkError
  | SecondFactorRequiredError
  | PasswordChangeRequiredError
  | ChallengeExpiredError
  | WrongCodeError
  | WrongPasskeyError
  | ProviderResponseError
  | ProviderUnavailableError
  | IdentityNotLinkedError
  | EmailTakenError
  | ConflictError
  | PayloadTooLargeError
  | UnsupportedMediaTypeError
  | PasswordRejectedError
  | UnavailableError
  | RevocationPendingError

/** The stable codes, as in a problem's `code`. */
export type ErrorCode = AnyCoatcheckError['code']
