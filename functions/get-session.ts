import { sessionJson, userJson } from '../lib/http/representation.ts'
import { json } from './answer.ts'
import { openApp } from './app.ts'
import { userRoute } from './route.ts'

const app = openApp()

/** GET /auth/session: 200 `{session, user}`. Looking never renews. Two reads. */
export const handler = userRoute(app, { scopes: [], renew: false }, ({ session, user }) =>
  json(200, { session: sessionJson(session), user: userJson(user) }),
)
