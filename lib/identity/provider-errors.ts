import { CoatcheckError } from '../coatcheck-error.ts'

/** A provider of identities cannot be reached, or what it serves cannot be used. Other providers are not affected. Status 503. */
export class ProviderUnavailableError extends CoatcheckError {
  readonly code = 'provider_unavailable'
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options)
  }
}

/** Why a provider's response or token is refused. */
export type ProviderRefusal =
  | 'access_denied'
  | 'invalid_response'
  | 'invalid_token'
  | 'no_session'
  | 'no_transaction'
  | 'token_used'
  | 'wrong_provider'

/** A provider's response or token is refused. The message is for the log: it holds no code and no token. Status 400. */
export class ProviderResponseError extends CoatcheckError {
  readonly code = 'provider_refused'
  readonly reason: ProviderRefusal
  constructor(reason: ProviderRefusal, message: string, options?: { cause: unknown }) {
    super(message, options)
    this.reason = reason
    this.facts = { reason }
  }
}

/** Why a verified identity signs nobody in. */
export type IdentityRefusal =
  | 'disabled'
  | 'email_taken'
  | 'email_unverified'
  | 'identity_taken'
  | 'other_account'
  | 'registration_closed'

/** A verified identity is nobody's, and may not become a user. Status 403. */
export class IdentityNotLinkedError extends CoatcheckError {
  readonly code = 'identity_not_linked'
  readonly reason: IdentityRefusal
  constructor(reason: IdentityRefusal) {
    super(`The identity signs nobody in: ${reason}`)
    this.reason = reason
    this.facts = { reason }
  }
}
