import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
} from 'jose'
import { defined } from '../defined.ts'
import { type Clock, systemClock } from '../system.ts'
import type { Provider } from './provider.ts'
import type { ProviderClient } from './provider-client.ts'
import { ProviderResponseError, ProviderUnavailableError } from './provider-errors.ts'
import type { ProviderLogout } from './provider-logout.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const MAX_LENGTH = 8192
/** A logout token is sent as it is made. */
const MAX_AGE_SECONDS = 120
const CLOCK_SKEW_SECONDS = 60
/** Without a type, or with the general one, the other checks tell an ID token and a logout token apart. */
const TYPES = [undefined, 'jwt', 'logout+jwt', 'application/logout+jwt']
/** OpenID Connect Core §2, as for subjects. */
const NAME = /^[\x21-\x7e]{1,255}$/

/**
 * Creates the verification of logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.6). That a token takes effect once
 * needs no memory of it: its session ends for good, and its subject by its time (docs/decisions/033).
 */
export function createLogoutTokens({
  keySource,
  clock = systemClock,
}: Pick<ProviderClient, 'keySource'> & { clock?: Clock }) {
  const kept = new Map<string, { address: string; keys: ReturnType<typeof createRemoteJWKSet> }>()

  async function keysOf(provider: Provider) {
    const { address, fetch } = await keySource(provider)
    const known = kept.get(provider.id)
    if (known?.address === address) return known.keys
    const keys = createRemoteJWKSet(new URL(address), { [customFetch]: fetch as typeof globalThis.fetch })
    kept.set(provider.id, { address, keys })
    return keys
  }

  return {
    /**
     * Verifies a logout token. What can be checked without a key is checked first, so that nothing is read for a text that
     * is none of the provider's.
     * @throws ProviderResponseError for an invalid token
     * @throws ProviderUnavailableError if the provider's keys cannot be read
     */
    async verify(provider: Provider, token: string): Promise<ProviderLogout> {
      assertForm(provider, token)
      try {
        const { payload } = await jwtVerify(token, await keysOf(provider), {
          issuer: provider.issuer,
          audience: provider.clientId,
          algorithms: [provider.algorithm],
          requiredClaims: ['iat', 'jti', 'events'],
          maxTokenAge: MAX_AGE_SECONDS,
          clockTolerance: CLOCK_SKEW_SECONDS,
          currentDate: new Date(clock() * 1000),
        })
        return logoutOf(provider, payload)
      } catch (error) {
        throw failureOf(error)
      }
    },
  }
}

function assertForm({ issuer, algorithm }: Provider, token: string): void {
  if (token.length > MAX_LENGTH) throw invalid('longer than 8192 characters')
  try {
    const { alg, typ } = decodeProtectedHeader(token)
    if (alg !== algorithm || !TYPES.includes(typ?.toLowerCase())) throw invalid('another algorithm or type')
    if (decodeJwt(token).iss !== issuer) throw invalid('another issuer')
  } catch (error) {
    throw failureOf(error)
  }
}

function logoutOf(
  { issuer, clientId }: Provider,
  { aud, events, nonce, sub, sid, iat = 0 }: JWTPayload,
): ProviderLogout {
  const event = (events as Record<string, unknown> | null | undefined)?.[EVENT]
  if (typeof event !== 'object' || event === null) throw invalid('no event of a logout')
  if (nonce !== undefined) throw invalid('a nonce, as of an ID token')
  if ([aud].flat().some((each) => each !== clientId)) throw invalid('a further audience')
  const names = [sub, sid].filter((each) => each !== undefined)
  if (names.length === 0 || !names.every((each) => typeof each === 'string' && NAME.test(each)))
    throw invalid('neither a session nor a subject')
  return { issuer, issuedAt: iat, ...defined({ subject: sub, sid: sid as string | undefined }) }
}

const invalid = (why: string) => new ProviderResponseError('invalid_token', `The logout token is not valid: ${why}`)

function failureOf(error: unknown): Error {
  if (error instanceof ProviderResponseError || error instanceof ProviderUnavailableError) return error
  const isOfKeys = error instanceof errors.JWKSInvalid || error instanceof errors.JWKSTimeout
  if (isOfKeys || (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC'))
    return new ProviderUnavailableError('The keys of the provider cannot be read', { cause: error })
  if (error instanceof errors.JOSEError) return invalid(error.code)
  return error instanceof TypeError
    ? invalid('malformed')
    : new ProviderUnavailableError('The keys failed', { cause: error })
}
