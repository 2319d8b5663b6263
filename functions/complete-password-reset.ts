import * as v from 'valibot'
import { createPasswordReset } from '../lib/accounts/password-reset.ts'
import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import type { User } from '../lib/user.ts'
import { noContent } from './http/answer.ts'
import { secretText } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { assertMail, notify, withMail } from './http/mail-app.ts'
import { checkNewPassword } from './http/new-password.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'

const app = withMail(recordActivity(openPasswordApp({ verifies: false })))
const reset = createPasswordReset({ store: app.userStore, users: app.users, sessions: app.sessions })
const body = jsonBody(v.strictObject({ token: secretText, newPassword: password }))

/**
 * POST /auth/password/reset/complete: 204. Sets a new password by a mailed link and revokes all sessions; does not sign in.
 * 422 `password_rejected` leaves the link good. Two reads, four writes and a sweep.
 */
export const handler = publicRoute(
  app,
  { body, seconds: BULK_DEADLINE_SECONDS },
  async ({ http, body, deadline, log }) => {
    assertMail(app)
    const { token, newPassword } = body
    await app.mailBudgets.reserveLink(http.ip, deadline)
    const hashNew = async (user: User) => {
      await checkNewPassword(app, newPassword, user, log)
      return app.hasher.hash(newPassword)
    }
    const afterChange = ({ id }: User) => log(logEntry('authn_password_change', { target: id, reason: 'reset' }))
    const { user, revoked } = await reset.complete(token, hashNew, deadline, { afterChange })
    logRevoked(log, user.id, revoked, 'password_reset')
    await notify(app, { kind: 'password_changed', userId: user.id }, deadline, log)
    return noContent()
  },
)
