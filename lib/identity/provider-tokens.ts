import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
} from 'jose'
import { type Clock, systemClock } from '../system.ts'
import type { Provider } from './provider.ts'
import type { ProviderClient } from './provider-client.ts'
import { ProviderResponseError, ProviderUnavailableError } from './provider-errors.ts'

const MAX_LENGTH = 8192
const CLOCK_SKEW_SECONDS = 60

/** How long a token is remembered that is accepted for so long: clocks differ on both sides. */
export const rememberedSeconds = (maxAgeSeconds: number) => maxAgeSeconds + 2 * CLOCK_SKEW_SECONDS

/** What a kind of token must be, besides signed by its provider. */
export interface TokenRules {
  /** Names the kind in messages. */
  readonly what: string
  /** The accepted values of `typ`, in lower case; `undefined`: the header may lack it. */
  readonly types: readonly (string | undefined)[]
  /** Default: the provider's. */
  readonly issuer?: string
  /** The address of the keys, at one of the provider's hosts. Default: that of the discovery document. */
  readonly keys?: string | undefined
  /** One of these must be in `aud`. Without it the caller checks who the token is for. */
  readonly audience?: readonly string[]
  readonly requiredClaims: readonly string[]
  readonly maxAgeSeconds: number
}

/** The verification of what providers sign; see `createProviderTokens`. */
export type ProviderTokens = ReturnType<typeof createProviderTokens>

/**
 * Creates the verification of tokens that a provider sends or has issued: by its keys, which are kept in memory and read
 * anew as they rotate, and by the one algorithm of the provider (RFC 8725 §3.1).
 */
export function createProviderTokens({
  keySource,
  clock = systemClock,
}: Pick<ProviderClient, 'keySource'> & { clock?: Clock }) {
  const kept = new Map<string, { place: string; keys: ReturnType<typeof createRemoteJWKSet> }>()

  async function keysOf(provider: Provider, given: string | undefined) {
    const { address, fetch } = await keySource(provider)
    const place = given ?? address
    const name = `${provider.id} ${given === undefined ? '' : 'given'}` // at most two sets of keys for each provider
    const known = kept.get(name)
    if (known?.place === place) return known.keys
    const keys = createRemoteJWKSet(new URL(place), { [customFetch]: fetch as typeof globalThis.fetch })
    kept.set(name, { place, keys })
    return keys
  }

  return {
    /**
     * Verifies a token. What can be checked without a key is checked first, so that nothing is read for a text that is none
     * of the provider's.
     * @throws ProviderResponseError for an invalid token
     * @throws ProviderUnavailableError if the provider's keys cannot be read
     */
    async verify(provider: Provider, token: string, rules: TokenRules): Promise<JWTPayload & { iat: number }> {
      assertForm(provider, token, rules)
      const { issuer = provider.issuer, audience, requiredClaims, maxAgeSeconds } = rules
      try {
        const { payload } = await jwtVerify(token, await keysOf(provider, rules.keys), {
          issuer,
          ...(audience && { audience: [...audience] }),
          algorithms: [provider.algorithm],
          requiredClaims: ['iat', ...requiredClaims],
          maxTokenAge: maxAgeSeconds,
          clockTolerance: CLOCK_SKEW_SECONDS,
          currentDate: new Date(clock() * 1000),
        })
        return { ...payload, iat: payload.iat as number }
      } catch (error) {
        throw failureOf(rules.what, error)
      }
    },

    /** The part of the verification that needs no key and no request. @throws ProviderResponseError for an invalid token */
    assertForm,
  }
}

function assertForm(
  { issuer: own, algorithm }: Provider,
  token: string,
  { what, types, issuer = own }: Pick<TokenRules, 'what' | 'types' | 'issuer'>,
): void {
  if (token.length > MAX_LENGTH) throw invalidToken(what, `longer than ${MAX_LENGTH} characters`)
  try {
    const { alg, typ } = decodeProtectedHeader(token)
    if (alg !== algorithm || !types.includes(typ?.toLowerCase())) throw invalidToken(what, 'another algorithm or type')
    if (decodeJwt(token).iss !== issuer) throw invalidToken(what, 'another issuer')
  } catch (error) {
    throw failureOf(what, error)
  }
}

/** A token that is refused; the message holds nothing of it. */
export const invalidToken = (what: string, why: string) =>
  new ProviderResponseError('invalid_token', `The ${what} is not valid: ${why}`)

function failureOf(what: string, error: unknown): Error {
  if (error instanceof ProviderResponseError || error instanceof ProviderUnavailableError) return error
  const isOfKeys = error instanceof errors.JWKSInvalid || error instanceof errors.JWKSTimeout
  if (isOfKeys || (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC'))
    return new ProviderUnavailableError('The keys of the provider cannot be read', { cause: error })
  if (error instanceof errors.JOSEError) return invalidToken(what, error.code)
  return error instanceof TypeError
    ? invalidToken(what, 'malformed')
    : new ProviderUnavailableError('The keys failed', { cause: error })
}
