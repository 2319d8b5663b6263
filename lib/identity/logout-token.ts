import type { JWTPayload } from 'jose'
import { defined } from '../defined.ts'
import type { Provider } from './provider.ts'
import type { ProviderLogout } from './provider-logout.ts'
import { createProviderTokens, invalidToken, type TokenRules } from './provider-tokens.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const WHAT = 'logout token'
const RULES = {
  what: WHAT,
  // Without a type, or with the general one, the other checks tell an ID token and a logout token apart.
  types: [undefined, 'jwt', 'logout+jwt', 'application/logout+jwt'],
  requiredClaims: ['jti', 'events'],
  maxAgeSeconds: 120, // a logout token is sent as it is made
} satisfies TokenRules
/** OpenID Connect Core §2, as for subjects. */
const NAME = /^[\x21-\x7e]{1,255}$/

/**
 * Creates the verification of logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.6). That a token takes effect once
 * needs no memory of it: its session ends for good, and its subject by its time (docs/decisions/033).
 */
export function createLogoutTokens(parts: Parameters<typeof createProviderTokens>[0]) {
  const tokens = createProviderTokens(parts)
  return {
    /** Verifies a logout token. @throws ProviderResponseError, ProviderUnavailableError as `ProviderTokens.verify` */
    async verify(provider: Provider, token: string): Promise<ProviderLogout> {
      const payload = await tokens.verify(provider, token, { ...RULES, audience: [provider.clientId] })
      return logoutOf(provider, payload)
    },
  }
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
  if (names.length === 0 || !names.every((each) => typeof each === 'string' && NAME.test(each)))
    throw invalidToken(WHAT, 'neither a session nor a subject')
  return { issuer, issuedAt: iat, ...defined({ subject: sub, sid: sid as string | undefined }) }
}
