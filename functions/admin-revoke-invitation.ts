import { logEntry } from '../lib/audit.ts'
import { noContent } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { invitationsOf } from './http/invitation-app.ts'
import { assertMail } from './http/mail-app.ts'
import { ADMIN_WRITE } from './http/own-rights.ts'
import { invitationIdParam } from './http/params.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp())
const invitations = invitationsOf(app)

/**
 * DELETE /admin/invitations/{invitationId}: 204, also if it was revoked before; 404; 409 once it was accepted. Two reads,
 * two writes.
 */
export const handler = userRoute(app, { scopes: [ADMIN_WRITE], fresh: true }, async ({ params, deadline, log }) => {
  assertMail(app)
  const id = invitationIdParam(params)
  await invitations.revoke(id, deadline)
  log(logEntry('authz_admin', { action: 'revoke_invitation', invitationId: id }))
  return noContent()
})
