import * as v from 'valibot'
import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { noContent } from './http/answer.ts'
import { jsonBody } from './http/json-body.ts'
import { notify, withMail } from './http/mail-app.ts'
import { checkNewPassword } from './http/new-password.ts'
import { ADMIN_WRITE } from './http/own-rights.ts'
import { userIdParam } from './http/params.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openPasswordApp({ verifies: false })))
const options = {
  scopes: [ADMIN_WRITE],
  fresh: true,
  seconds: BULK_DEADLINE_SECONDS,
  body: jsonBody(v.strictObject({ password, requireChange: v.optional(v.boolean(), false) })),
}

/**
 * PUT /admin/users/{userId}/password: 204; 404. Sets a password and revokes all sessions of the user.
 * With `requireChange` the next sign-in by it must replace it; else nothing is required any longer.
 */
export const handler = userRoute(app, options, async ({ user: actor, params, body, deadline, log }) => {
  const user = await app.users.require(userIdParam(params), deadline)
  await checkNewPassword(app, body.password, user, log)
  const passwordHash = await app.hasher.hash(body.password)
  const { id } = user
  const afterChange = () => {
    log(logEntry('authz_admin', { target: id, action: 'set_password' }))
    log(logEntry('authn_password_change', { target: id, reason: 'administrator' }))
  }
  const hooks = { afterChange, by: actor.id }
  const change = { passwordHash, ...(body.requireChange && { mustChangePassword: true as const }) }
  const { revoked } = await app.revocations.revokeAllSessions(id, change, deadline, hooks)
  logRevoked(log, id, revoked, 'password_change')
  await notify(app, { kind: 'password_changed', userId: id }, deadline, log)
  return noContent()
})
