import * as v from 'valibot'
import { changePassword } from '../lib/accounts/reauthentication.ts'
import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { sessionJson } from '../lib/http/representation.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { withCredential } from './http/answer.ts'
import { jsonBody } from './http/json-body.ts'
import { notify, withMail } from './http/mail-app.ts'
import { checkNewPassword } from './http/new-password.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openPasswordApp()))
const { cookie } = app.config
const options = {
  scopes: [ACCOUNT_SCOPE],
  renew: false,
  seconds: BULK_DEADLINE_SECONDS,
  body: jsonBody(v.strictObject({ currentPassword: password, newPassword: password })),
}

/**
 * PUT /auth/password: 200 `{session, token?}`. Revokes all sessions and replaces the caller's. 403 `wrong_password` and
 * 422 `password_rejected` change nothing.
 */
export const handler = userRoute(app, options, async ({ http, session, user, credential, body, deadline, log }) => {
  const { currentPassword, newPassword } = body
  await checkNewPassword(app, newPassword, user, log)
  const afterChange = () => log(logEntry('authn_password_change', { target: user.id }))
  const signed = { session, user, password: currentPassword, newPassword, afterChange }
  const created = await changePassword({ ...app, log }, signed, http, deadline)

  logRevoked(log, user.id, [session.id, ...created.revoked], 'password_change')
  log(logEntry('session_created', { sessionId: created.session.id, reason: 'password_change' }))
  await notify(app, { kind: 'password_changed', userId: user.id }, deadline, log)
  return withCredential(cookie, credential, created, { session: sessionJson(created.session) })
})
