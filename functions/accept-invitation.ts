import * as v from 'valibot'
import type { Invitation } from '../lib/accounts/invitation.ts'
import { logEntry } from '../lib/audit.ts'
import { userJson } from '../lib/http/representation.ts'
import { json } from './http/answer.ts'
import { name as nameField, secretText } from './http/fields.ts'
import { invitationsOf } from './http/invitation-app.ts'
import { jsonBody } from './http/json-body.ts'
import { assertMail, withMail } from './http/mail-app.ts'
import { checkNewPassword } from './http/new-password.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'

const app = withMail(recordActivity(openPasswordApp({ verifies: false })))
const invitations = invitationsOf(app)
const body = jsonBody(v.strictObject({ token: secretText, password, name: v.optional(nameField) }))

/**
 * POST /auth/invitations/accept: 201 `{user}`. Registers the invited user with a proven email and the scopes of the
 * invitation, also while registration is closed. 422 `password_rejected` leaves the link good. One read, five writes.
 */
export const handler = publicRoute(app, { body }, async ({ http, body, deadline, log }) => {
  assertMail(app)
  const { token, password } = body
  await app.mailBudgets.reserveLink(http.ip, deadline)
  const details = async ({ email, name: invited }: Invitation) => {
    const name = body.name ?? invited
    await checkNewPassword(app, password, { email, name }, log)
    return { name, passwordHash: await app.hasher.hash(password) }
  }
  const user = await invitations.accept(token, details, deadline)
  log(logEntry('user_created', { target: user.id, reason: 'invitation', scopes: user.scopes.join(' ') }))
  return json(201, { user: userJson(user) })
})
