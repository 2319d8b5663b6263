import * as v from 'valibot'
import { createEmailUndo } from '../lib/accounts/email-undo.ts'
import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import type { User } from '../lib/user.ts'
import { noContent } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { secretText } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { assertMail, notify, withMail } from './http/mail-app.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'

const app = withMail(recordActivity(openApp({ pepper: true, factors: true })))
const undo = createEmailUndo({ store: app.userStore, users: app.users, sessions: app.sessions })
const body = jsonBody(v.strictObject({ token: secretText }))

/**
 * POST /auth/email/undo: 204. Gives the user of a link the address before the change back, removes what was set since, and
 * revokes all sessions; does not sign in. One read, six writes and a sweep.
 */
export const handler = publicRoute(
  app,
  { body, seconds: BULK_DEADLINE_SECONDS },
  async ({ http, body, deadline, log }) => {
    assertMail(app)
    await app.mailBudgets.reserveLink(http.ip, deadline)
    const afterChange = ({ id }: User) => log(logEntry('user_updated', { target: id, action: 'email_change_undone' }))
    const { user, revoked } = await undo.complete(body.token, deadline, { afterChange })
    logRevoked(log, user.id, revoked, 'email_change_undone')
    await notify(app, { kind: 'email_change_undone', userId: user.id }, deadline, log)
    return noContent()
  },
)
