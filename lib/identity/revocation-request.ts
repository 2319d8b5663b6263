import { hash } from 'node:crypto'
import type { Deadline } from '../deadline.ts'
import type { Provider } from './provider.ts'
import { ProviderResponseError } from './provider-errors.ts'
import type { ProviderLogout } from './provider-logout.ts'
import { invalidToken, type ProviderTokens, rememberedSeconds, type TokenRules } from './provider-tokens.ts'
import type { UsedTokenStore } from './used-tokens.ts'

const WHAT = 'authentication of the request'
const RULES = {
  what: WHAT,
  types: [undefined, 'jwt', 'global-token-revocation+jwt'],
  requiredClaims: ['exp', 'jti'],
  maxAgeSeconds: 300,
} satisfies TokenRules

interface Parts {
  readonly tokens: ProviderTokens
  readonly usedTokens: UsedTokenStore
}

/** A request of a provider to sign a subject out everywhere. */
export interface RevocationRequest {
  /** The signed token that authenticates it. */
  readonly token: string
  readonly subject: string
  /** The address that the request was sent to, which the token must be for. */
  readonly audience: string
}

/**
 * Verifies a request for Global Token Revocation (draft-parecki-oauth-global-token-revocation-05), whose body the token does
 * not sign: a token is good for one subject, so that a copy of it ends nobody else's sessions. One write.
 * @throws ProviderResponseError if the token is not valid, or was used for another subject
 * @throws ProviderUnavailableError if the provider's keys cannot be read
 */
export async function verifyRevocation(
  { tokens, usedTokens }: Parts,
  provider: Provider,
  { token, subject, audience }: RevocationRequest,
  deadline: Deadline,
): Promise<ProviderLogout> {
  const { issuer } = provider
  const { aud, iat, jti, nonce, events } = await tokens.verify(provider, token, { ...RULES, audience: [audience] })
  if ([aud].flat().length > 1) throw invalidToken(WHAT, 'a further audience')
  if (typeof jti !== 'string' || nonce !== undefined || events !== undefined)
    throw invalidToken(WHAT, 'another kind of token')
  const mark = hash('sha256', subject, 'base64url')
  const until = iat + rememberedSeconds(RULES.maxAgeSeconds)
  if (!(await usedTokens.use('revocation', `${issuer} ${jti}`, mark, until, deadline)))
    throw new ProviderResponseError('token_used', 'The token of the request was used for another subject')
  return { issuer, subject, issuedAt: iat }
}
