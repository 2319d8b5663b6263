import { sessionsJson } from '../lib/http/representation.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { json } from './answer.ts'
import { openApp } from './app.ts'
import { sessionRoute } from './route.ts'

const app = openApp()

/** GET /auth/sessions: 200 `{sessions}`, one's own live ones, the current one marked. Two reads and a Query. */
export const handler = sessionRoute(app, { scopes: [ACCOUNT_SCOPE] }, async ({ session, user, deadline }) => {
  const owner = await user()
  await app.endOfSessions.finishPending(owner)
  const sessions = await app.sessions.list(owner, deadline)
  return json(200, { sessions: sessionsJson(sessions, session.id) })
})
