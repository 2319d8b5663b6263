import { sessionJson, userJson } from '../lib/http/representation.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { userRoute } from './http/route.ts'

const app = openApp()

/** GET /auth/session: 200 `{session, user}`. Does not renew the session. Two reads. */
export const handler = userRoute(app, { scopes: [], renew: false }, ({ session, user }) =>
  json(200, { session: sessionJson(session), user: userJson(user) }),
)
