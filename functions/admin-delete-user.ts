import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { noContent } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { openIdentityStores } from './http/identity-stores.ts'
import { ADMIN_WRITE, assertMayDeleteSelf } from './http/own-rights.ts'
import { userIdParam } from './http/params.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp({ identities: openIdentityStores }))
const options = { scopes: [ADMIN_WRITE], fresh: true, seconds: BULK_DEADLINE_SECONDS }

/** DELETE /admin/users/{userId}: 204; 404. Revokes all sessions, frees the email and deletes the user. */
export const handler = userRoute(app, options, async ({ user: actor, params, deadline, log }) => {
  const userId = userIdParam(params)
  if (userId === actor.id) assertMayDeleteSelf(actor)
  const { revoked } = await app.administration.delete(userId, deadline, actor.id)
  log(logEntry('authz_admin', { target: userId, action: 'delete_user' }))
  logRevoked(log, userId, revoked, 'user_deleted')
  log(logEntry('user_deleted', { target: userId }))
  return noContent()
})
