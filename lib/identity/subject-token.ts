import { decodeJwt, type JWTPayload } from 'jose'
import type { EpochSeconds } from '../system.ts'
import type { Provider } from './provider.ts'
import { invalidToken, type ProviderTokens, rememberedSeconds, type TokenRules } from './provider-tokens.ts'
import { type VerifiedIdentity, verifiedIdentity } from './verified-identity.ts'

/** The types of tokens that can be exchanged (RFC 8693 §3). */
export const SUBJECT_TOKEN_TYPES = [
  'urn:ietf:params:oauth:token-type:id_token',
  'urn:ietf:params:oauth:token-type:access_token',
] as const

/** The type of a token that can be exchanged. */
export type SubjectTokenType = (typeof SUBJECT_TOKEN_TYPES)[number]

/** A token that is exchanged for a session. */
export interface SubjectToken {
  readonly token: string
  readonly type: SubjectTokenType
}

/** What a token says, and until when it is remembered. */
export interface VerifiedSubject {
  readonly identity: VerifiedIdentity
  /** Until then the token could be accepted again. */
  readonly until: EpochSeconds
}

/**
 * A token is exchanged right after its sign-in. What ends the sessions of a subject is remembered for an hour, and a token
 * of before must not be accepted later (docs/decisions/033).
 */
const MAX_AGE_SECONDS = 300

const WHAT = 'subject token'
/** With `typ` an access token says what it is (RFC 9068 §2.1); ID tokens have the general type or none. */
const TYPES = { id_token: [undefined, 'jwt'], access_token: [undefined, 'jwt', 'at+jwt', 'application/at+jwt'] }

/** Creates the verification of tokens that are exchanged for sessions. */
export function createSubjectTokens({ verify, assertForm }: ProviderTokens, providers: readonly Provider[]) {
  return {
    /**
     * Finds the provider of a token, and checks what needs neither a key nor a request.
     * @throws ProviderResponseError if the token is none of a provider whose tokens of this type are exchanged
     */
    providerOf({ token, type }: SubjectToken): Provider {
      const claims = claimsOf(token)
      const found = providers.find(
        (provider) => provider.issuer === claims.iss && isFor(claims, audiencesOf(provider, type), type),
      )
      if (!found) throw invalidToken(WHAT, 'another issuer or audience, or a type that is not exchanged')
      assertForm(found, token, rulesOf(type))
      return found
    },

    /**
     * Verifies a token of this provider: signature, issuer, audience, times, and that it is of its type.
     * @throws ProviderResponseError for an invalid token
     * @throws ProviderUnavailableError if the provider's keys cannot be read
     */
    async verify(provider: Provider, { token, type }: SubjectToken): Promise<VerifiedSubject> {
      const claims = await verify(provider, token, rulesOf(type))
      const { iss = '', sub, iat, azp } = claims
      const audiences = audiencesOf(provider, type)
      if (!isFor(claims, audiences, type)) throw invalidToken(WHAT, 'another audience')
      if (azp !== undefined && type === SUBJECT_TOKEN_TYPES[0] && !audiences.includes(String(azp)))
        throw invalidToken(WHAT, 'issued to another client')
      assertType(claims, type)
      if (typeof sub !== 'string') throw invalidToken(WHAT, 'no subject')
      const { scopes, ...identity } = verifiedIdentity(provider, { ...claims, iss, sub, iat })
      // Groups that a token does not speak of are not lost.
      const saysGroups = provider.groups !== undefined && claims[provider.groups.claim] !== undefined
      return {
        identity: { ...identity, ...(saysGroups && scopes && { scopes }) },
        until: iat + rememberedSeconds(MAX_AGE_SECONDS),
      }
    },
  }
}

const rulesOf = (type: SubjectTokenType): TokenRules => ({
  what: WHAT,
  types: TYPES[type === SUBJECT_TOKEN_TYPES[0] ? 'id_token' : 'access_token'],
  requiredClaims: ['exp', 'sub'],
  maxAgeSeconds: MAX_AGE_SECONDS,
})

/** Whom a token of this type must be for; nobody: the provider's tokens of this type are not exchanged. */
const audiencesOf = ({ exchange }: Provider, type: SubjectTokenType): readonly string[] =>
  (type === SUBJECT_TOKEN_TYPES[0] ? exchange?.idTokenAudiences : exchange?.accessTokenAudiences) ?? []

/**
 * Every audience must be expected: a token that is for another service too could come from that service. Access tokens of
 * Cognito have no `aud`; their `client_id` says whom they were issued to.
 */
function isFor(
  { aud, client_id, token_use }: JWTPayload,
  expected: readonly string[],
  type: SubjectTokenType,
): boolean {
  const isCognito = aud === undefined && token_use === 'access' && type === SUBJECT_TOKEN_TYPES[1]
  const given = [(isCognito ? (client_id as string | undefined) : aud) ?? []].flat()
  return given.length > 0 && given.every((each) => expected.includes(each))
}

/** An ID token is no access token, and neither is what a provider sends about events. */
function assertType({ token_use: use, nonce, events, at_hash }: JWTPayload, type: SubjectTokenType): void {
  const isIdToken = type === SUBJECT_TOKEN_TYPES[0]
  if (events !== undefined) throw invalidToken(WHAT, 'a token about an event')
  if (use !== undefined && use !== (isIdToken ? 'id' : 'access')) throw invalidToken(WHAT, 'another kind of token')
  if (!isIdToken && (nonce !== undefined || at_hash !== undefined)) throw invalidToken(WHAT, 'an ID token')
}

function claimsOf(token: string): JWTPayload {
  try {
    return decodeJwt(token)
  } catch {
    throw invalidToken(WHAT, 'malformed')
  }
}
