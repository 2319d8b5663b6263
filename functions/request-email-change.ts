import * as v from 'valibot'
import { logEntry } from '../lib/audit.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { accepted } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { email } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { assertMail, notify, withMail } from './http/mail-app.ts'
import { userRoute } from './http/route.ts'

const app = withMail(openApp({ pepper: true }))
const options = { scopes: [ACCOUNT_SCOPE], fresh: true, body: jsonBody(v.strictObject({ newEmail: email })) }

/**
 * PUT /auth/email: 202 for every email, whether or not it has an account. Requests a mail to it with the link that completes
 * the change, and one that tells the present address; none for the user's own email. Two reads, five writes.
 */
export const handler = userRoute(app, options, async ({ http, user, body: { newEmail }, deadline, log }) => {
  assertMail(app)
  const { id: userId, email, epoch } = user
  if (newEmail === email) return accepted()
  await app.mailBudgets.reserveMail(newEmail, http.ip, deadline)
  await app.outbox.put({ kind: 'email_change', userId, epoch, email: newEmail }, deadline)
  log(logEntry('mail_requested', { kind: 'email_change', target: userId }))
  await notify(app, { kind: 'email_change_requested', userId, email: newEmail }, deadline, log)
  return accepted()
})
