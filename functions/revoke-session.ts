import { logRevoked } from '../lib/audit.ts'
import { NotFoundError } from '../lib/errors.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { noContent, withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { sessionIdParam } from './http/params.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp())

/** DELETE /auth/sessions/{sessionId}: 204; 404, also for another user's session. Two reads, one delete; a Query if it is gone. */
export const handler = userRoute(app, { scopes: [ACCOUNT_SCOPE] }, async ({ session, user, params, deadline, log }) => {
  const sessionId = sessionIdParam(params)
  const outcome = await app.sessions.revoke(user.id, sessionId, deadline, session.id)
  await app.revocations.finishPendingSweep(user, log)
  if (outcome === 'absent')
    throw new NotFoundError('You have no session with this id. List your sessions to see their ids.')
  logRevoked(log, user.id, [sessionId], 'revoked')
  return sessionId === session.id ? withExpiredCookie(noContent(), app.config.cookie) : noContent()
})
