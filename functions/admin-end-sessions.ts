import { BULK_SECONDS } from '../lib/deadline.ts'
import { json, withExpiredCookie } from './answer.ts'
import { openApp } from './app.ts'
import { userIdParam } from './params.ts'
import { sessionRoute } from './route.ts'

const app = openApp()
const options = { scopes: ['admin:revoke'], seconds: BULK_SECONDS }

/** DELETE /admin/users/{userId}/sessions: 200 `{revoked}`; 404. Ends every session of a user, one's own included. */
export const handler = sessionRoute(app, options, async ({ session, params, user, deadline }) => {
  const userId = userIdParam(params)
  await user()
  const ended = await app.endOfSessions.endAll(userId, {}, deadline)
  const answer = json(200, { revoked: ended.length })
  return userId === session.userId ? withExpiredCookie(answer, app.config.cookie) : answer
})
