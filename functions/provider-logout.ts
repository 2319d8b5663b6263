import { logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS, type Deadline } from '../lib/deadline.ts'
import { ProviderResponseError } from '../lib/errors.ts'
import { verifyLogoutToken } from '../lib/identity/logout-token.ts'
import type { Provider } from '../lib/identity/provider.ts'
import { endByProvider, type ProviderLogout } from '../lib/identity/provider-logout.ts'
import { noContent } from './http/answer.ts'
import { formBody } from './http/form-body.ts'
import { openProviderNotices } from './http/provider-notice-app.ts'
import { providerParam } from './http/providers.ts'
import { publicRoute } from './http/route.ts'

const app = openProviderNotices()
const { providers, providerTokens, providerBudget } = app
const options = { body: formBody(['logout_token']), crossOrigin: true, seconds: BULK_DEADLINE_SECONDS }

/**
 * POST /auth/oidc/{provider}/logout: 204. A provider ends a session, or all of a subject, by a signed logout token (OpenID
 * Connect Back-Channel Logout 1.0). 400 `provider_refused` for an invalid token, which alone counts in the source's budget; 503
 * if the provider's keys cannot be read.
 */
export const handler = publicRoute(app, options, async ({ http, params, body, deadline, log }) => {
  const provider = providerParam(providers, params)
  const logout = await verify(provider, body.logout_token, http.ip, deadline)
  for (const { userId, revoked } of await endByProvider(app, logout, deadline))
    logRevoked(log, userId, revoked, 'provider_logout')
  return noContent()
})

async function verify(provider: Provider, token: string, ip: string, deadline: Deadline): Promise<ProviderLogout> {
  try {
    return await verifyLogoutToken(providerTokens, provider, token)
  } catch (error) {
    if (error instanceof ProviderResponseError) await providerBudget.reserve('notice', ip, deadline)
    throw error
  }
}
