import { InvalidRequestError } from '../../lib/errors.ts'
import { type SignInPurpose, transactionCookie } from '../../lib/http/sign-in-transaction.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import type { AuthorizationWish, ProviderClient } from '../../lib/identity/provider-client.ts'
import { returnAddress } from '../../lib/identity/return-address.ts'
import { systemClock } from '../../lib/system.ts'
import type { App } from './app.ts'

interface Start {
  readonly provider: Provider
  readonly purpose: SignInPurpose
  /** As `allowedReturn` has returned it. */
  readonly returnTo: string
  readonly wish?: AuthorizationWish
}

/**
 * Starts a sign-in at a provider. No call of the datastore.
 * @returns the address at the provider, and the cookie that binds the callback to this browser
 * @throws ProviderUnavailableError as `ProviderClient.start`
 */
export async function startSignIn(client: ProviderClient, { provider, purpose, returnTo, wish = {} }: Start) {
  const { url, secrets } = await client.start(provider, wish)
  const { maxAge } = wish
  const transaction = { provider: provider.id, purpose, ...secrets, returnTo, startedAt: systemClock() }
  return { url, cookie: transactionCookie(maxAge === undefined ? transaction : { ...transaction, maxAge }) }
}

/** @throws InvalidRequestError for an address that is neither a path of the service nor of a trusted origin */
export function allowedReturn(returnTo: string, { config }: Pick<App, 'config'>): string {
  const address = returnAddress(returnTo, config)
  if (address !== undefined) return address
  const part = { pointer: 'returnTo', detail: 'expected a path such as /account, or an address of a trusted origin' }
  throw new InvalidRequestError('The sign-in cannot end at this address. Add its origin to TRUSTED_ORIGINS.', [part])
}

/**
 * Makes the provider ask the person again, now.
 * @throws InvalidRequestError for a provider that does not say when it last has
 */
export function reauthenticationAt({ kind, name }: Provider): AuthorizationWish {
  if (kind === 'oidc') return { prompt: 'login', maxAge: 0 }
  const part = { pointer: 'purpose', detail: 'expected sign_in' }
  throw new InvalidRequestError(`${name} cannot reauthenticate. Use another factor.`, [part])
}
