import { sessionsJson } from '../lib/http/representation.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { userIdParam } from './http/params.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp()) // a pending sweep

/** GET /admin/users/{userId}/sessions: 200 `{sessions}`, valid ones only; 404. Renews nothing. Three reads and a Query. */
export const handler = userRoute(
  app,
  { scopes: ['admin:read'], renew: false },
  async ({ session, params, deadline, log }) => {
    const userId = userIdParam(params)
    const owner = await app.revocations.finishPendingSweep(await app.users.require(userId, deadline), log)
    const sessions = await app.sessions.list(owner, deadline)
    return json(200, { sessions: sessionsJson(sessions, session.id) })
  },
)
