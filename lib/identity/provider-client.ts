import * as oidc from 'openid-client'
import type { Secret } from '../secret.ts'
import { type Clock, type EpochSeconds, systemClock } from '../system.ts'
import { githubClaims } from './github.ts'
import { type OutboundOptions, outbound } from './outbound.ts'
import type { Provider } from './provider.ts'
import { CLOCK_SKEW_SECONDS, openConfiguration } from './provider-configuration.ts'
import { ProviderResponseError } from './provider-errors.ts'
import { refusal, unavailable, WRONG_SECRET } from './provider-failure.ts'
import type { SignInSecrets } from './sign-in-secrets.ts'
import type { VerifiedClaims } from './verified-identity.ts'

/** How long a discovery document is used. */
const DISCOVERY_SECONDS = 3600
/** How long a document is used while no newer one can be read. */
const STALE_SECONDS = 86_400
/** How long a failed discovery is not repeated, so that a provider that hangs costs one request in this time. */
const FAILURE_SECONDS = 10
/** An ID token is used in the second that it was issued in, or little later. */
const MAX_TOKEN_AGE_SECONDS = 300

/** What a start may ask the provider for (OpenID Connect Core §3.1.2.1). */
export interface AuthorizationWish {
  readonly prompt?: string | undefined
  readonly loginHint?: string | undefined
  readonly maxAge?: number | undefined
}

/** The parts of `createProviderClient`. */
export interface ProviderClientParts {
  /** The address that the provider sends the browser back to, as registered there. */
  redirectUri(provider: Provider): string
  /** The client secret of a provider that has one. @throws ProviderUnavailableError if it cannot be read */
  secretOf(provider: Provider): Promise<Secret | undefined>
  readonly local: boolean
  readonly clock?: Clock
  readonly outboundOptions?: Pick<OutboundOptions, 'timeoutMs' | 'lookup'>
}

/** Sign-ins at providers; see `createProviderClient`. */
export type ProviderClient = ReturnType<typeof createProviderClient>

/**
 * Creates the client of providers: authorization code flow with PKCE, state, nonce and `iss` (OpenID Connect Core; RFC
 * 7636, 9207, 9700). Discovery documents and keys are kept in memory, one for each provider, and renewed as they rotate.
 */
export function createProviderClient({
  redirectUri,
  secretOf,
  local,
  clock = systemClock,
  outboundOptions = {},
}: ProviderClientParts) {
  interface Kept {
    readonly until: EpochSeconds
    readonly configuration: Promise<oidc.Configuration>
    /** The latest discovery that succeeded, and when. */
    readonly good?: { readonly at: EpochSeconds; readonly configuration: oidc.Configuration } | undefined
  }
  const kept = new Map<string, Kept>()

  const fetchOf = ({ hosts }: Provider) => outbound({ hosts, local, ...outboundOptions })

  async function discover(provider: Provider): Promise<oidc.Configuration> {
    const secret = await secretOf(provider)
    try {
      return await openConfiguration(provider, { secret, fetch: fetchOf(provider), local, now: clock() })
    } catch (error) {
      throw unavailable(provider, error)
    }
  }

  /**
   * One discovery at a time for each provider. One that fails is not repeated for some seconds, and the document before it
   * is used for up to a day.
   */
  function configurationOf(provider: Provider): Promise<oidc.Configuration> {
    const known = kept.get(provider.id)
    if (known && clock() < known.until) return known.configuration
    const good = known?.good
    const keep = (seconds: number, more: Partial<Kept> = {}) =>
      kept.set(provider.id, { until: clock() + seconds, configuration, good, ...more })
    const configuration = discover(provider).then(
      (discovered) => {
        keep(DISCOVERY_SECONDS, { good: { at: clock(), configuration: discovered } })
        return discovered
      },
      (error) => {
        keep(FAILURE_SECONDS)
        if (good && clock() - good.at < STALE_SECONDS) return good.configuration
        throw error
      },
    )
    keep(DISCOVERY_SECONDS)
    return configuration
  }

  return {
    /**
     * Where the provider's keys are, and how they may be fetched.
     * @throws ProviderUnavailableError as `start`
     */
    async keySource(provider: Provider) {
      const { jwks_uri = '' } = (await configurationOf(provider)).serverMetadata()
      return { address: jwks_uri, fetch: fetchOf(provider) }
    },

    /**
     * Returns the address at the provider that a sign-in begins at, and the secrets that its callback must come back with.
     * @throws ProviderUnavailableError if the provider's discovery document cannot be read or used
     */
    async start(provider: Provider, { prompt, loginHint, maxAge }: AuthorizationWish = {}) {
      const configuration = await configurationOf(provider)
      const secrets: SignInSecrets = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
      }
      const url = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri(provider),
        scope: provider.scopes.join(' '),
        state: secrets.state,
        ...(provider.kind !== 'github' && { nonce: secrets.nonce }),
        ...(provider.kind === 'apple' && { response_mode: 'form_post' }), // Apple's condition for the address
        code_challenge: await oidc.calculatePKCECodeChallenge(secrets.verifier),
        code_challenge_method: 'S256',
        ...(prompt !== undefined && { prompt }),
        ...(loginHint !== undefined && { login_hint: loginHint }),
        ...(maxAge !== undefined && { max_age: String(maxAge) }),
      })
      return { url: url.href, secrets }
    },

    /**
     * Checks the response that the browser brought, redeems its code, and verifies the ID token: signature by the one
     * algorithm of the provider, issuer, audience, `azp`, nonce, times.
     * @param response the parameters of the callback
     * @throws ProviderResponseError if the person gave up, or the response or the token is not valid
     * @throws ProviderUnavailableError if the provider fails
     */
    async complete(
      provider: Provider,
      response: URLSearchParams,
      { state, nonce, verifier }: SignInSecrets,
      maxAge?: number,
    ): Promise<VerifiedClaims> {
      const configuration = await configurationOf(provider)
      const current = new URL(redirectUri(provider))
      current.search = response.toString()
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true }
      try {
        if (provider.kind === 'github') {
          const { access_token } = await oidc.authorizationCodeGrant(configuration, current, {
            ...{ expectedState: state, pkceCodeVerifier: verifier },
          })
          return await githubClaims(provider, access_token, fetchOf(provider), clock())
        }
        const tokens = await oidc.authorizationCodeGrant(configuration, current, {
          ...checks,
          ...(maxAge !== undefined && { maxAge }),
        })
        return strictClaims(provider, tokens.claims(), clock())
      } catch (error) {
        const refused = refusal(provider, error)
        if (refused === WRONG_SECRET) kept.delete(provider.id) // the next sign-in reads the secret again
        throw refused
      }
    },
  }
}

/** The token is for this client alone, and was issued for this sign-in: not long ago, and not in the future. */
function strictClaims({ clientId }: Provider, claims: oidc.IDToken | undefined, now: EpochSeconds): VerifiedClaims {
  if (!claims) throw new ProviderResponseError('invalid_token', 'The response has no ID token')
  const { iat, aud, azp = clientId } = claims
  if ([aud].flat().some((each) => each !== clientId) || azp !== clientId)
    throw new ProviderResponseError('invalid_token', 'The ID token is for other clients as well')
  if (iat > now + CLOCK_SKEW_SECONDS || iat < now - MAX_TOKEN_AGE_SECONDS)
    throw new ProviderResponseError('invalid_token', `The ID token was issued ${now - iat} seconds ago`)
  return claims
}
