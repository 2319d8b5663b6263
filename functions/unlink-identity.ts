import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { sessionJson } from '../lib/http/representation.ts'
import { createLinking } from '../lib/identity/linking.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { withCredential } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { openIdentityStores } from './http/identity-stores.ts'
import { notify, withMail } from './http/mail-app.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

// Reads password hashes: a password is a way in, of which the user keeps one.
const opened = { pepper: true, passwordHash: true, factors: true, identities: openIdentityStores }
const app = withMail(recordActivity(openApp(opened)))
const { cookie, strongScopes } = app.config
const { identityStore } = openIdentityStores(app.config, app.client)
const linking = createLinking({ ...app, store: app.userStore, identityStore })
const options = { scopes: [ACCOUNT_SCOPE], fresh: true, seconds: BULK_DEADLINE_SECONDS }

/**
 * DELETE /auth/identities/{identityId}: 200 `{session, token?}`; 404; 409 if it is the last way in. Removes an identity; all
 * sessions end, and the caller gets a new one.
 */
export const handler = userRoute(app, options, async ({ http, params, session, user, credential, deadline, log }) => {
  const afterChange = () => log(logEntry('user_updated', { target: user.id, action: 'identity_unlinked' }))
  const acting = { session, device: http, strongScopes, afterChange }
  const created = await linking.unlink(acting, params.identityId ?? '', deadline)
  logRevoked(log, user.id, [session.id, ...created.revoked], 'factors_changed')
  log(logEntry('session_created', { sessionId: created.session.id, reason: 'factors_changed' }))
  await notify(app, { kind: 'factors_changed', userId: user.id, change: 'identity_unlinked' }, deadline, log)
  return withCredential(cookie, credential, created, { session: sessionJson(created.session) })
})
