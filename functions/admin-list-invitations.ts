import { isInvitationId } from '../lib/accounts/invitation.ts'
import { defined } from '../lib/defined.ts'
import { invitationJson } from '../lib/http/representation.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { invitationsOf } from './http/invitation-app.ts'
import { assertMail } from './http/mail-app.ts'
import { invalidQuery, parseLimit } from './http/page-query.ts'
import { userRoute } from './http/route.ts'

const app = openApp()
const invitations = invitationsOf(app)
const options = { scopes: ['admin:read'], renew: false, query: ['limit', 'cursor'] } as const

/**
 * GET /admin/invitations: 200 `{invitations, cursor?}`, in no meaningful order; `cursor` leads to the next page and is
 * absent on the last. Two reads for the administrator, then `InvitationStore.list`.
 */
export const handler = userRoute(app, options, async ({ http, deadline }) => {
  assertMail(app)
  const { limit, cursor } = http.query
  if (cursor !== undefined && !isInvitationId(cursor))
    throw invalidQuery('cursor', 'expected the cursor of an earlier response')
  const { invitations: found, next } = await invitations.list({ limit: parseLimit(limit), after: cursor }, deadline)
  return json(200, { invitations: found.map(invitationJson), ...defined({ cursor: next }) })
})
