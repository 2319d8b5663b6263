import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { defined } from '../lib/defined.ts'
import { json, withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { userIdParam } from './http/params.ts'
import { openReceipts, withPreference } from './http/receipts.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp())
const receiptOf = openReceipts(app)
const options = { scopes: ['admin:revoke'], seconds: BULK_DEADLINE_SECONDS }

/** DELETE /admin/users/{userId}/sessions: 200 `{revoked, receipt?}`; 404. Revokes all sessions of a user, also of the caller. */
export const handler = userRoute(app, options, async ({ http, session, params, deadline, log }) => {
  const userId = userIdParam(params)
  const by = session.userId
  const { user, revoked } = await app.revocations.revokeAllSessions(userId, {}, deadline, { by })
  log(logEntry('authz_admin', { target: userId, action: 'revoke_all_sessions' }))
  logRevoked(log, userId, revoked, 'revoked_all')
  const sessions = revoked.map((id) => ({ userId, id }))
  const facts = { kind: 'all_sessions', sessions, userId, by, epoch: user.epoch } as const
  const receipt = await receiptOf(http, facts, deadline, log)
  const answer = withPreference(json(200, { revoked: revoked.length, ...defined({ receipt }) }), receipt)
  return userId === session.userId ? withExpiredCookie(answer, app.config.cookie) : answer
})
