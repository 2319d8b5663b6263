import { logEntry } from '../lib/audit.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { accepted } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { assertMail, withMail } from './http/mail-app.ts'
import { userRoute } from './http/route.ts'

const app = withMail(openApp({ pepper: true }))

/**
 * POST /auth/email/verification: 202. Requests a mail with the link that proves the user's email; none is sent if it is
 * proven. Two reads, three writes.
 */
export const handler = userRoute(app, { scopes: [ACCOUNT_SCOPE] }, async ({ http, user, deadline, log }) => {
  assertMail(app)
  if (user.emailVerified) return accepted()
  await app.mailBudgets.reserveMail(user.email, http.ip, deadline)
  await app.outbox.put({ kind: 'verification', userId: user.id }, deadline)
  log(logEntry('mail_requested', { kind: 'verification', target: user.id }))
  return accepted()
})
