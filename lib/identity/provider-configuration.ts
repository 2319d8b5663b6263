import * as oidc from 'openid-client'
import type { Secret } from '../secret.ts'
import type { EpochSeconds } from '../system.ts'
import { appleClientSecret } from './apple.ts'
import { githubEndpoints } from './github.ts'
import type { outbound } from './outbound.ts'
import type { Provider } from './provider.ts'
import { ProviderUnavailableError } from './provider-errors.ts'

/** How far the clocks of a provider and of this machine may differ. */
export const CLOCK_SKEW_SECONDS = 60

interface Opening {
  readonly secret: Secret | undefined
  readonly fetch: ReturnType<typeof outbound>
  readonly local: boolean
  readonly now: EpochSeconds
}

/**
 * Opens the configuration of a provider: reads its discovery document, or takes the endpoints of a kind that has none.
 * @throws ProviderUnavailableError if the document names an endpoint at a host that is none of the provider's
 */
export async function openConfiguration(
  provider: Provider,
  { secret, fetch, local, now }: Opening,
): Promise<oidc.Configuration> {
  const { kind, issuer, clientId, algorithm, hosts } = provider
  const metadata = { id_token_signed_response_alg: algorithm, [oidc.clockTolerance]: CLOCK_SKEW_SECONDS }
  const authentication = await authenticationOf(provider, secret, now)
  if (kind === 'github') {
    const configuration = new oidc.Configuration(githubEndpoints(issuer), clientId, metadata, authentication)
    configuration[oidc.customFetch] = fetch
    if (local) oidc.allowInsecureRequests(configuration)
    return configuration
  }
  const execute = [oidc.enableNonRepudiationChecks, ...(local ? [oidc.allowInsecureRequests] : [])]
  const options = { [oidc.customFetch]: fetch, execute }
  const configuration = await oidc.discovery(new URL(issuer), clientId, metadata, authentication, options)
  assertEndpoints(configuration.serverMetadata(), hosts)
  return configuration
}

async function authenticationOf(
  { kind, clientAuthentication, clientId, apple }: Provider,
  secret: Secret | undefined,
  now: EpochSeconds,
): Promise<oidc.ClientAuth> {
  if (kind === 'apple' && apple && secret)
    return oidc.ClientSecretPost(await appleClientSecret({ ...apple, clientId }, secret, now))
  const text = secret?.reveal()
  if (clientAuthentication === 'none') return oidc.None()
  return clientAuthentication === 'client_secret_post' ? oidc.ClientSecretPost(text) : oidc.ClientSecretBasic(text)
}

/** The browser must not be sent elsewhere either. */
function assertEndpoints(metadata: oidc.ServerMetadata, hosts: readonly string[]): void {
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    const address = metadata[name]
    if (address === undefined || !URL.canParse(address) || !hosts.includes(new URL(address).host))
      throw new ProviderUnavailableError(`The ${name} of the discovery document is at none of the provider's hosts`)
  }
}
