import { logEntry, logRevoked } from '../lib/audit.ts'
import { NotFoundError } from '../lib/errors.ts'
import { withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { sessionIdParam, userIdParam } from './http/params.ts'
import { done, openReceipts } from './http/receipts.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp())
const receiptOf = openReceipts(app)

/** DELETE /admin/users/{userId}/sessions/{sessionId}: 204, or 200 with a receipt on request; 404. Revokes one session of any user. Three reads, one delete. */
export const handler = userRoute(
  app,
  { scopes: ['admin:revoke'] },
  async ({ http, session, params, deadline, log }) => {
    const userId = userIdParam(params)
    const sessionId = sessionIdParam(params)
    const owner = await app.users.require(userId, deadline)
    const outcome = await app.sessions.revoke(userId, sessionId, deadline, session.id)
    await app.revocations.finishPendingSweep(owner, log)
    if (outcome === 'absent')
      throw new NotFoundError('This user has no session with this id. List the sessions to see their ids.')
    log(logEntry('authz_admin', { target: userId, action: 'revoke_session' }))
    logRevoked(log, userId, [sessionId], 'revoked')
    const sessions = [{ userId, id: sessionId }]
    const answer = done(await receiptOf(http, { kind: 'sessions', sessions, by: session.userId }, deadline, log))
    return sessionId === session.id ? withExpiredCookie(answer, app.config.cookie) : answer
  },
)
