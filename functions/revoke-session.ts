import { logRevoked } from '../lib/audit.ts'
import { NotFoundError } from '../lib/errors.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { sessionIdParam } from './http/params.ts'
import { done, openReceipts } from './http/receipts.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp())
const receiptOf = openReceipts(app)

/** DELETE /auth/sessions/{sessionId}: 204, or 200 with a receipt on request; 404, also for another user's session. Two reads, one delete; a Query if it is gone. */
export const handler = userRoute(
  app,
  { scopes: [ACCOUNT_SCOPE] },
  async ({ http, session, user, params, deadline, log }) => {
    const sessionId = sessionIdParam(params)
    const outcome = await app.sessions.revoke(user.id, sessionId, deadline, session.id)
    await app.revocations.finishPendingSweep(user, log)
    if (outcome === 'absent')
      throw new NotFoundError('You have no session with this id. List your sessions to see their ids.')
    logRevoked(log, user.id, [sessionId], 'revoked')
    const sessions = [{ userId: user.id, id: sessionId }]
    const answer = done(await receiptOf(http, { kind: 'sessions', sessions, by: session.userId }, deadline, log))
    return sessionId === session.id ? withExpiredCookie(answer, app.config.cookie) : answer
  },
)
