import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { noContent, withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { openIdentityStores } from './http/identity-stores.ts'
import { assertMayDeleteSelf } from './http/own-rights.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp({ identities: openIdentityStores }))
const options = { scopes: [ACCOUNT_SCOPE], renew: false, fresh: true, seconds: BULK_DEADLINE_SECONDS }

/** DELETE /auth/account: 204, cookie expired. Revokes all sessions, frees the email and deletes the user. */
export const handler = userRoute(app, options, async ({ user, deadline, log }) => {
  assertMayDeleteSelf(user)
  const { revoked } = await app.administration.delete(user.id, deadline, user.id)
  logRevoked(log, user.id, revoked, 'user_deleted')
  log(logEntry('user_deleted', { target: user.id }))
  return withExpiredCookie(noContent(), app.config.cookie)
})
