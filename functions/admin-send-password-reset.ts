import { logEntry } from '../lib/audit.ts'
import { accepted } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { assertMail, withMail } from './http/mail-app.ts'
import { ADMIN_WRITE } from './http/own-rights.ts'
import { userIdParam } from './http/params.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openApp({ pepper: true })))

/**
 * POST /admin/users/{userId}/password-reset: 202; 404. Sends the user a link that sets a new password. Three reads, four
 * writes.
 */
export const handler = userRoute(
  app,
  { scopes: [ADMIN_WRITE], fresh: true },
  async ({ http, params, deadline, log }) => {
    assertMail(app)
    const { id, email } = await app.users.require(userIdParam(params), deadline)
    await app.mailBudgets.reserveMail(email, http.ip, deadline)
    await app.outbox.put({ kind: 'password_reset', email }, deadline)
    log(logEntry('authz_admin', { target: id, action: 'send_password_reset' }))
    return accepted()
  },
)
