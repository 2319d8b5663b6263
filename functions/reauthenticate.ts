import * as v from 'valibot'
import { reauthenticate } from '../lib/accounts/reauthentication.ts'
import { logEntry, logRevoked } from '../lib/audit.ts'
import { sessionJson } from '../lib/http/representation.ts'
import { withCredential } from './http/answer.ts'
import { jsonBody } from './http/json-body.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openPasswordApp())
const options = { scopes: [], renew: false, body: jsonBody(v.strictObject({ password })) }

/**
 * POST /auth/session/reauthenticate: 200 `{session, token?}`. Replaces the caller's session by one that is authenticated
 * now. 403 `wrong_password` changes nothing. Four reads, four writes.
 */
export const handler = userRoute(app, options, async ({ http, session, user, credential, body, deadline, log }) => {
  const created = await reauthenticate({ ...app, log }, { session, user, password: body.password }, http, deadline)
  log(logEntry('session_created', { sessionId: created.session.id, reason: 'reauthentication' }))
  logRevoked(log, user.id, [session.id], 'replaced')
  return withCredential(app.config.cookie, credential, created, { session: sessionJson(created.session) })
})
