import { pendingChangeOf } from '../lib/accounts/email-pointers.ts'
import { defined } from '../lib/defined.ts'
import { sessionJson, userJson } from '../lib/http/representation.ts'
import { systemClock } from '../lib/system.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { userRoute } from './http/route.ts'

const app = openApp()

/** GET /auth/session: 200 `{session, user, pendingEmail?}`. Does not renew the session. Two reads. */
export const handler = userRoute(app, { scopes: [], renew: false }, ({ session, user }) => {
  const pendingEmail = pendingChangeOf(user, systemClock())?.email
  const pending: { pendingEmail?: string } = defined({ pendingEmail })
  return json(200, { session: sessionJson(session), user: userJson(user), ...pending })
})
