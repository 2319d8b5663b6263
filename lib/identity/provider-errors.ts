/** A provider cannot be reached, or what it serves cannot be used. Becomes 503; other providers are not affected. */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError'
}

/** Why a provider's response or token is refused, for the log. */
export type ProviderRefusal =
  | 'access_denied'
  | 'invalid_response'
  | 'invalid_token'
  | 'no_transaction'
  | 'wrong_provider'

/** A provider's response is refused. The message is for the log: it holds no code and no token. */
export class ProviderResponseError extends Error {
  override readonly name = 'ProviderResponseError'
  readonly reason: ProviderRefusal
  constructor(reason: ProviderRefusal, message: string, options?: { cause: unknown }) {
    super(message, options)
    this.reason = reason
  }
}

/** Why a verified identity signs nobody in. */
export type IdentityRefusal = 'disabled' | 'email_taken' | 'email_unverified' | 'identity_taken' | 'registration_closed'

/** A verified identity is nobody's, and may not become a user. */
export class IdentityNotLinkedError extends Error {
  override readonly name = 'IdentityNotLinkedError'
  readonly reason: IdentityRefusal
  constructor(reason: IdentityRefusal) {
    super(`The identity signs nobody in: ${reason}`)
    this.reason = reason
  }
}
