import * as v from 'valibot'
import { logEntry } from '../lib/audit.ts'
import { codeCookies } from '../lib/http/cookie.ts'
import { assertSameOrigin } from '../lib/http/same-origin.ts'
import { MAIL_SECRET_SECONDS } from '../lib/mail/mail-message.ts'
import { accepted } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { assertLoginCode, loginCodesOf } from './http/code-app.ts'
import { email } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { assertMayRequestMail, withMail } from './http/mail-app.ts'
import { publicRoute } from './http/route.ts'

const app = withMail(openApp({ pepper: true }))
const codes = loginCodesOf(app)
const body = jsonBody(v.strictObject({ email }))

/**
 * POST /auth/login/code: 202 for every email, with a cookie. Requests a mail with a code that signs in, in this browser
 * alone. Four writes, and no call that depends on whether the email has an account.
 */
export const handler = publicRoute(app, { body }, async ({ http, body, deadline, log }) => {
  assertLoginCode(app)
  assertSameOrigin(http, app.config)
  assertMayRequestMail(app, http)
  const { mailBudgets, outbox, config } = app
  await mailBudgets.reserveMail(body.email, http.ip, deadline)
  const { secret, challenge } = await codes.begin(body.email, deadline)
  await outbox.put({ kind: 'login_code', challenge }, deadline)
  log(logEntry('mail_requested', { kind: 'login_code', account: mailBudgets.accountTag(body.email) }))
  return { ...accepted(), cookies: codeCookies(config.cookie, secret, MAIL_SECRET_SECONDS.login_code) }
})
