import { sessionsJson } from '../lib/http/representation.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp()) // a pending sweep

/** GET /auth/sessions: 200 `{sessions}`, the caller's valid sessions. Does not renew. Two reads and a Query. */
export const handler = userRoute(
  app,
  { scopes: [ACCOUNT_SCOPE], renew: false },
  async ({ session, user, deadline, log }) => {
    const sessions = await app.sessions.list(await app.revocations.finishPendingSweep(user, log), deadline)
    return json(200, { sessions: sessionsJson(sessions, session.id) })
  },
)
