import type { JWTPayload } from 'jose'
import { defined } from '../defined.ts'
import type { Provider } from './provider.ts'
import type { ProviderLogout } from './provider-logout.ts'
import { invalidToken, type ProviderTokens, type TokenRules } from './provider-tokens.ts'
import { NAME_AT_PROVIDER } from './verified-identity.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const WHAT = 'logout token'
const RULES = {
  what: WHAT,
  // Without a type, or with the general one, the other checks tell an ID token and a logout token apart.
  types: [undefined, 'jwt', 'logout+jwt', 'application/logout+jwt'],
  requiredClaims: ['jti', 'events'],
  maxAgeSeconds: 120, // a logout token is sent as it is made
} satisfies TokenRules

/**
 * Verifies a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6). That a token takes effect once needs no memory of
 * it: its session ends for good, and its subject by its time (docs/decisions/033).
 * @throws ProviderResponseError, ProviderUnavailableError as `ProviderTokens.verify`
 */
export async function verifyLogoutToken(
  tokens: ProviderTokens,
  provider: Provider,
  token: string,
): Promise<ProviderLogout> {
  return logoutOf(provider, await tokens.verify(provider, token, { ...RULES, audience: [provider.clientId] }))
}

function logoutOf(
  { issuer, clientId }: Provider,
  { aud, events, nonce, sub, sid, iat }: JWTPayload & { iat: number },
): ProviderLogout {
  const event = (events as Record<string, unknown> | null | undefined)?.[EVENT]
  if (typeof event !== 'object' || event === null) throw invalidToken(WHAT, 'no event of a logout')
  if (nonce !== undefined) throw invalidToken(WHAT, 'a nonce, as of an ID token')
  if ([aud].flat().some((each) => each !== clientId)) throw invalidToken(WHAT, 'a further audience')
  const names = [sub, sid].filter((each) => each !== undefined)
  if (names.length === 0 || !names.every((each) => typeof each === 'string' && NAME_AT_PROVIDER.test(each)))
    throw invalidToken(WHAT, 'neither a session nor a subject')
  return { issuer, issuedAt: iat, ...defined({ subject: sub, sid: sid as string | undefined }) }
}
