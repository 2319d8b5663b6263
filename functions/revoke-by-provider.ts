import * as v from 'valibot'
import { logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { dynamodbUsedTokenStore } from '../lib/dynamodb/used-token-store.ts'
import { ProviderResponseError, UnauthenticatedError } from '../lib/errors.ts'
import { endByProvider } from '../lib/identity/provider-logout.ts'
import { verifyRevocation } from '../lib/identity/revocation-request.ts'
import { noContent } from './http/answer.ts'
import { jsonBody } from './http/json-body.ts'
import { openProviderNotices } from './http/provider-notice-app.ts'
import { providerParam } from './http/providers.ts'
import { publicRoute } from './http/route.ts'

const app = openProviderNotices()
const { config, providers, providerBudget } = app
const parts = {
  tokens: app.providerTokens,
  usedTokens: dynamodbUsedTokenStore({ client: app.client, tableName: config.tables.attempts }),
}

const text = v.pipe(v.string(), v.maxLength(255, 'expected at most 255 characters'))
const body = jsonBody(
  v.strictObject({
    sub_id: v.strictObject({ format: v.literal('iss_sub', 'expected iss_sub'), iss: text, sub: text }),
  }),
)
const options = { body, crossOrigin: true, seconds: BULK_DEADLINE_SECONDS }

/**
 * POST /auth/oidc/{provider}/revoke: 204. A provider ends all sessions of a subject (Global Token Revocation; Okta Universal
 * Logout), by a token that it has signed for this address. 401 without a valid token, which alone counts in the source's
 * budget; 400 for the subject of another issuer. Also ends a sign-in that is under way.
 */
export const handler = publicRoute(app, options, async ({ http, credentials, params, body, deadline, log }) => {
  const provider = providerParam(providers, params)
  const [token, ...others] = credentials.bearers
  if (token === undefined || others.length > 0) throw new UnauthenticatedError(token !== undefined)
  const { iss, sub: subject } = body.sub_id
  const audience = `${config.origin}/auth/oidc/${provider.id}/revoke`
  try {
    const request = { token, subject, audience }
    const logout = await verifyRevocation(parts, provider, request, deadline)
    if (iss !== provider.issuer) throw new ProviderResponseError('wrong_provider', 'The subject is of another issuer')
    for (const { userId, revoked } of await endByProvider(app, logout, deadline))
      logRevoked(log, userId, revoked, 'provider_logout')
    return noContent()
  } catch (error) {
    if (!(error instanceof ProviderResponseError)) throw error
    await providerBudget.reserve('notice', http.ip, deadline)
    if (error.reason === 'wrong_provider') throw error
    throw Object.assign(new UnauthenticatedError(true), { facts: { reason: error.reason } })
  }
})
