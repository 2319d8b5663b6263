import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { json, withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { userIdParam } from './http/params.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp())
const options = { scopes: ['admin:revoke'], seconds: BULK_DEADLINE_SECONDS }

/** DELETE /admin/users/{userId}/sessions: 200 `{revoked}`; 404. Revokes all sessions of a user, also of the caller. */
export const handler = userRoute(app, options, async ({ session, params, deadline, log }) => {
  const userId = userIdParam(params)
  const { revoked } = await app.revocations.revokeAllSessions(userId, {}, deadline, { by: session.userId })
  log(logEntry('authz_admin', { target: userId, action: 'revoke_all_sessions' }))
  logRevoked(log, userId, revoked, 'revoked_all')
  const answer = json(200, { revoked: revoked.length })
  return userId === session.userId ? withExpiredCookie(answer, app.config.cookie) : answer
})
