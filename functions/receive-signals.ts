import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS, type Deadline } from '../lib/deadline.ts'
import { dynamodbUsedTokenStore } from '../lib/dynamodb/used-token-store.ts'
import { ProviderResponseError } from '../lib/errors.ts'
import { identityPointers } from '../lib/identity/identity-pointers.ts'
import type { Provider } from '../lib/identity/provider.ts'
import { type SecurityEvent, verifySecurityEvent } from '../lib/identity/security-event.ts'
import { actOnSignal } from '../lib/identity/signal-action.ts'
import type { Log } from '../lib/ports.ts'
import { accepted, json } from './http/answer.ts'
import { eventBody } from './http/event-body.ts'
import { openProviderNotices } from './http/provider-notice-app.ts'
import { providerParam } from './http/providers.ts'
import { publicRoute } from './http/route.ts'

const app = openProviderNotices()
const { providers, providerBudget, identityStore, userStore, revocations } = app
const usedTokens = dynamodbUsedTokenStore({ client: app.client, tableName: app.config.tables.attempts })
const { finishPendingSweep } = revocations
const pointers = identityPointers({ store: identityStore, getUser: userStore.get, finishPendingSweep })
const parts = { ...app, pointers }
const options = { body: eventBody, crossOrigin: true, seconds: BULK_DEADLINE_SECONDS }

/**
 * POST /auth/oidc/{provider}/events: 202. Receives a security event token of a provider's stream by push (RFC 8935; Shared
 * Signals Framework) and does what the provider's `signals` say, once. 400 `{err, description}` for an invalid token, which
 * alone counts in the source's budget.
 */
export const handler = publicRoute(app, options, async ({ http, params, body, deadline, log }) => {
  const provider = providerParam(providers, params)
  try {
    const event = await verifySecurityEvent(app.providerTokens, provider, body)
    await receive(provider, event, deadline, log)
    return accepted()
  } catch (error) {
    if (!(error instanceof ProviderResponseError)) throw error
    await providerBudget.reserve('notice', http.ip, deadline)
    log(logEntry('input_validation_fail', { reason: error.code, provider: provider.id }))
    const answer = json(400, { err: 'invalid_request' as const, description: error.message })
    return { ...answer, headers: { ...answer.headers, 'content-language': 'en' } }
  }
})

/** Marks the event as received only once it has had its effect: one that fails is sent again. */
async function receive(provider: Provider, event: SecurityEvent, deadline: Deadline, log: Log): Promise<void> {
  const { signal, id, until, state } = event
  const facts = { provider: provider.id, signal: signal ?? 'unknown' }
  if (signal === undefined) return log(logEntry('provider_signal', { ...facts, action: 'ignore' }))
  if (signal === 'verification')
    return log(logEntry('provider_signal', { ...facts, action: 'verify', ...(state !== undefined && { state }) }))
  if (await usedTokens.isUsed('signal', id, deadline)) return
  const action = provider.signals?.events[signal] ?? 'record'
  const { user, ended } = await actOnSignal(parts, event, action, deadline)
  log(logEntry('provider_signal', { ...facts, action, ...(user && { target: user.id }) }))
  if (user) log(logEntry('user_updated', { target: user.id, action: 'provider_signal', provider: provider.id }))
  for (const { userId, revoked } of ended)
    logRevoked(log, userId, revoked, action === 'disable' ? 'user_disabled' : 'provider_logout')
  await usedTokens.use('signal', id, 'received', until, deadline)
}
