import * as v from 'valibot'
import { logEntry } from '../lib/audit.ts'
import { invitationJson } from '../lib/http/representation.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { email, granted, name } from './http/fields.ts'
import { invitationsOf } from './http/invitation-app.ts'
import { jsonBody } from './http/json-body.ts'
import { assertMail, withMail } from './http/mail-app.ts'
import { ADMIN_WRITE } from './http/own-rights.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openApp({ pepper: true })))
const invitations = invitationsOf(app)
const options = {
  scopes: [ADMIN_WRITE],
  fresh: true,
  body: jsonBody(v.strictObject({ email, scopes: granted, name: v.optional(name) })),
}

/**
 * POST /admin/invitations: 201 `{invitation}`; 409 `email_taken`. Mails a link that opens an account with these scopes,
 * also while registration is closed. Four reads, four writes.
 */
export const handler = userRoute(app, options, async ({ http, user, body, deadline, log }) => {
  assertMail(app)
  await app.mailBudgets.reserveMail(body.email, http.ip, deadline)
  const invitation = await invitations.invite({ ...body, invitedBy: user.id }, deadline)
  const { id, scopes } = invitation
  log(logEntry('authz_admin', { action: 'invite_user', invitationId: id, scopes: scopes.join(' ') }))
  return json(201, { invitation: invitationJson(invitation) })
})
