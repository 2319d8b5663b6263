import { logEnded, logEntry } from '../lib/audit.ts'
import { BULK_SECONDS } from '../lib/deadline.ts'
import { json, withExpiredCookie } from './answer.ts'
import { openApp } from './app.ts'
import { userIdParam } from './params.ts'
import { userRoute } from './route.ts'

const app = openApp()
const options = { scopes: ['admin:revoke'], seconds: BULK_SECONDS }

/** DELETE /admin/users/{userId}/sessions: 200 `{revoked}`; 404. Ends every session of a user, one's own included. */
export const handler = userRoute(app, options, async ({ session, params, deadline, log }) => {
  const userId = userIdParam(params)
  const { ended } = await app.endOfSessions.endAll(userId, {}, deadline)
  log(logEntry('authz_admin', { target: userId, action: 'end_sessions' }))
  logEnded(log, userId, ended, 'ended_all')
  const answer = json(200, { revoked: ended.length })
  return userId === session.userId ? withExpiredCookie(answer, app.config.cookie) : answer
})
