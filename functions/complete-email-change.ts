import * as v from 'valibot'
import { createEmailChange, type FormerAddress } from '../lib/accounts/email-change.ts'
import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { sessionJson, userJson } from '../lib/http/representation.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { withCredential } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { secretText } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { assertMail, withMail } from './http/mail-app.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openApp({ pepper: true })))
const { userStore: store, users, revocations } = app
const emailChange = createEmailChange({ store, users, revocations })
const options = {
  scopes: [ACCOUNT_SCOPE],
  renew: false,
  seconds: BULK_DEADLINE_SECONDS,
  body: jsonBody(v.strictObject({ token: secretText })),
}

/**
 * POST /auth/email/complete: 200 `{session, user, token?}`. Changes the email by a mailed link, which must be opened in a
 * session of the user who asked; revokes all sessions and replaces the caller's. 409 `email_taken` leaves the link good.
 */
export const handler = userRoute(app, options, async ({ http, session, user, credential, body, deadline, log }) => {
  assertMail(app)
  await app.mailBudgets.reserveLink(http.ip, deadline)
  const orderUndo = (former: FormerAddress) => app.outbox.put({ kind: 'email_changed', ...former }, deadline)
  const afterChange = () => log(logEntry('user_updated', { target: user.id, action: 'email_changed' }))
  const completed = { session, token: body.token, orderUndo, afterChange }
  const created = await emailChange.complete(completed, http, deadline)
  logRevoked(log, user.id, [session.id, ...created.revoked], 'email_changed')
  log(logEntry('session_created', { sessionId: created.session.id, reason: 'email_changed' }))
  const answer = { session: sessionJson(created.session), user: userJson(created.user) }
  return withCredential(app.config.cookie, credential, created, answer)
})
