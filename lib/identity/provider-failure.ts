import * as oidc from 'openid-client'
import type { Provider } from './provider.ts'
import { ProviderResponseError, ProviderUnavailableError } from './provider-errors.ts'

// What a failure of openid-client means for a sign-in.

/** The secret may have been rotated. */
export const WRONG_SECRET = new ProviderUnavailableError('The provider does not accept the client secret')

/** What a failed discovery means. */
export function unavailable({ id }: Provider, error: unknown): ProviderUnavailableError {
  const cause = causes(error).find((each) => each instanceof ProviderUnavailableError)
  return cause ?? new ProviderUnavailableError(`The discovery document of ${id} cannot be used`, { cause: error })
}

/** The provider's own errors may hold tokens in their causes, so only codes and messages of known kinds are kept. */
export function refusal(provider: Provider, error: unknown): Error {
  if (error instanceof ProviderResponseError) return error
  const down = causes(error).find((each) => each instanceof ProviderUnavailableError)
  if (down) return down
  if (error instanceof oidc.AuthorizationResponseError)
    return error.error === 'access_denied'
      ? new ProviderResponseError('access_denied', 'The person or the provider has refused')
      : new ProviderResponseError('invalid_response', `The provider ${provider.id} answered with an error`)
  if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_client') return WRONG_SECRET
  if (error instanceof oidc.ResponseBodyError && error.status < 500)
    return new ProviderResponseError('invalid_response', `The provider ${provider.id} refused the code: ${error.error}`)
  const code = (error as { code?: unknown })?.code
  if (error instanceof oidc.ResponseBodyError || code === 'OAUTH_RESPONSE_IS_NOT_CONFORM')
    return new ProviderUnavailableError(`The provider ${provider.id} answered with an error of its own`)
  if (typeof code === 'string')
    return new ProviderResponseError('invalid_token', `The response of ${provider.id} is not valid: ${code}`)
  return error instanceof Error ? error : new Error('The sign-in at the provider failed')
}

function causes(error: unknown): unknown[] {
  const found: unknown[] = []
  for (let each = error; each instanceof Error && found.length < 5; each = each.cause) found.push(each)
  return found
}
