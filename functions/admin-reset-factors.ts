import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { WITHOUT_FACTORS } from '../lib/factors/methods.ts'
import { noContent } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { notify, withMail } from './http/mail-app.ts'
import { ADMIN_WRITE } from './http/own-rights.ts'
import { userIdParam } from './http/params.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openApp({ pepper: true })))
const options = { scopes: [ADMIN_WRITE], fresh: true, seconds: BULK_DEADLINE_SECONDS }

/** DELETE /admin/users/{userId}/factors: 204; 404. Removes all second factors of a user and revokes all sessions. */
export const handler = userRoute(app, options, async ({ user: actor, params, deadline, log }) => {
  const userId = userIdParam(params)
  const afterChange = () => log(logEntry('authz_admin', { target: userId, action: 'reset_factors' }))
  const hooks = { afterChange, by: actor.id, reason: 'factors_changed' } as const
  const { revoked } = await app.revocations.revokeAllSessions(userId, WITHOUT_FACTORS, deadline, hooks)
  logRevoked(log, userId, revoked, 'factors_changed')
  await notify(app, { kind: 'factors_changed', userId, change: 'reset_by_administrator' }, deadline, log)
  return noContent()
})
