import { sessionsJson } from '../lib/http/representation.ts'
import { json } from './answer.ts'
import { openApp } from './app.ts'
import { userIdParam } from './params.ts'
import { sessionRoute } from './route.ts'

const app = openApp()

/** GET /admin/users/{userId}/sessions: 200 `{sessions}`, the live ones; 404. Three reads and a Query. */
export const handler = sessionRoute(app, { scopes: ['admin:read'] }, async ({ session, params, user, deadline }) => {
  const userId = userIdParam(params)
  await user()
  const owner = await app.users.require(userId, deadline)
  await app.endOfSessions.finishPending(owner)
  const sessions = await app.sessions.list(owner, deadline)
  return json(200, { sessions: sessionsJson(sessions, session.id) })
})
