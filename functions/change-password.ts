import * as v from 'valibot'
import { logEnded, logEntry } from '../lib/audit.ts'
import { changePassword } from '../lib/confirmation.ts'
import { BULK_SECONDS } from '../lib/deadline.ts'
import { sessionJson } from '../lib/http/representation.ts'
import { assertNewPassword } from '../lib/new-password.ts'
import { ownWords } from '../lib/own-words.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { withCredential } from './answer.ts'
import { password } from './password-field.ts'
import { openPasswordApp } from './passwords.ts'
import { userRoute } from './route.ts'

const app = openPasswordApp()
const { password: rules, origin, cookie } = app.config
const options = {
  scopes: [ACCOUNT_SCOPE],
  renew: false,
  seconds: BULK_SECONDS,
  body: jsonBody(v.strictObject({ currentPassword: password, newPassword: password })),
}

/**
 * PUT /auth/password: 200 `{session, token?}`. All sessions end, and a new one takes this one's place. 403
 * `wrong_password`, 422 `password_rejected`, and nothing has changed.
 */
export const handler = userRoute(app, options, async ({ http, session, user, credential, body, deadline, log }) => {
  const { currentPassword, newPassword } = body
  const { email, name } = user
  assertNewPassword(newPassword, { minLength: rules.minLength, words: ownWords({ email, name, origin }) })
  const changed = () => log(logEntry('authn_password_change', { target: user.id }))
  const signed = { session, user, password: currentPassword, newPassword, changed }
  const created = await changePassword({ ...app, log }, signed, http, deadline)

  logEnded(log, user.id, [session.id, ...created.ended], 'password_change')
  log(logEntry('session_created', { sessionId: created.session.id, reason: 'password_change' }))
  return withCredential(cookie, credential, created, { session: sessionJson(created.session) })
})
