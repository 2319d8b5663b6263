import { logEntry } from '../lib/audit.ts'
import { noContent } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { attemptsOf } from './http/attempts-of.ts'
import { ADMIN_WRITE } from './http/own-rights.ts'
import { userIdParam } from './http/params.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp({ pepper: true }))
const attempts = attemptsOf(app)

/**
 * POST /admin/users/{userId}/unlock: 204; 404. Resets the counters of failed sign-ins and reauthentications, also those of
 * the addresses that the user's sessions come from. Three reads, a Query, two writes and one for each address.
 */
export const handler = userRoute(app, { scopes: [ADMIN_WRITE] }, async ({ params, deadline, log }) => {
  const user = await app.users.require(userIdParam(params), deadline)
  const sessions = await app.sessions.list(user, deadline)
  await attempts.unlock(user, [...new Set(sessions.map(({ ip }) => ip))], deadline)
  log(logEntry('authz_admin', { target: user.id, action: 'unlock' }))
  return noContent()
})
