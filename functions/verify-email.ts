import * as v from 'valibot'
import { createEmailVerification } from '../lib/accounts/email-verification.ts'
import { logEntry } from '../lib/audit.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { noContent } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { secretText } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { assertMail, withMail } from './http/mail-app.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openApp({ pepper: true })))
const verification = createEmailVerification({ store: app.userStore, users: app.users })
const options = { scopes: [ACCOUNT_SCOPE], body: jsonBody(v.strictObject({ token: secretText })) }

/**
 * POST /auth/email/verify: 204. Proves the user's email by a mailed link, once. The link alone does not: the user who asked
 * for it must be signed in. Two reads, two writes.
 */
export const handler = userRoute(app, options, async ({ http, user, body, deadline, log }) => {
  assertMail(app)
  await app.mailBudgets.reserveLink(http.ip, deadline)
  await verification.complete(user, body.token, deadline)
  log(logEntry('user_updated', { target: user.id, action: 'email_verified' }))
  return noContent()
})
