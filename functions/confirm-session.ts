import * as v from 'valibot'
import { logEnded, logEntry } from '../lib/audit.ts'
import { confirm } from '../lib/confirmation.ts'
import { sessionJson } from '../lib/http/representation.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { withCredential } from './answer.ts'
import { password } from './password-field.ts'
import { openPasswordApp } from './passwords.ts'
import { userRoute } from './route.ts'

const app = openPasswordApp()
const options = { scopes: [], renew: false, body: jsonBody(v.strictObject({ password })) }

/**
 * POST /auth/session/confirm: 200 `{session, token?}`, a new session in this one's place, as recent as a login. 403
 * `wrong_password`, and this one stays. Three reads, four writes.
 */
export const handler = userRoute(app, options, async ({ http, session, user, credential, body, deadline, log }) => {
  const created = await confirm({ ...app, log }, { session, user, password: body.password }, http, deadline)
  log(logEntry('session_created', { sessionId: created.session.id, reason: 'confirmation' }))
  logEnded(log, user.id, [session.id], 'replaced')
  return withCredential(app.config.cookie, credential, created, { session: sessionJson(created.session) })
})
