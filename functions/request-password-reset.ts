import * as v from 'valibot'
import { logEntry } from '../lib/audit.ts'
import { accepted } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { email } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { assertMayRequestMail, withMail } from './http/mail-app.ts'
import { publicRoute } from './http/route.ts'

const app = withMail(openApp({ pepper: true }))
const body = jsonBody(v.strictObject({ email }))

/**
 * POST /auth/password/reset: 202 for every email. Requests a mail with a link that sets a new password. Three writes, and
 * no call that depends on whether the email has an account.
 */
export const handler = publicRoute(app, { body }, async ({ http, body, deadline, log }) => {
  assertMayRequestMail(app, http)
  await app.mailBudgets.reserveMail(body.email, http.ip, deadline)
  await app.outbox.put({ kind: 'password_reset', email: body.email }, deadline)
  log(logEntry('mail_requested', { kind: 'password_reset', account: app.mailBudgets.accountTag(body.email) }))
  return accepted()
})
