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
