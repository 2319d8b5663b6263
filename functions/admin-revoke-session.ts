import { logEntry, logRevoked } from '../lib/audit.ts'
import { NotFoundError } from '../lib/errors.ts'
import { noContent, withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { sessionIdParam, userIdParam } from './http/params.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp())

/** DELETE /admin/users/{userId}/sessions/{sessionId}: 204; 404. Revokes one session of any user. Three reads, one delete. */
export const handler = userRoute(app, { scopes: ['admin:revoke'] }, async ({ session, params, deadline, log }) => {
  const userId = userIdParam(params)
  const sessionId = sessionIdParam(params)
  const owner = await app.users.require(userId, deadline)
  const outcome = await app.sessions.revoke(userId, sessionId, deadline, session.id)
  await app.revocations.finishPendingSweep(owner, log)
  if (outcome === 'absent')
    throw new NotFoundError('This user has no session with this id. List the sessions to see their ids.')
  log(logEntry('authz_admin', { target: userId, action: 'revoke_session' }))
  logRevoked(log, userId, [sessionId], 'revoked')
  return sessionId === session.id ? withExpiredCookie(noContent(), app.config.cookie) : noContent()
})
