import { logEnded, logEntry } from '../lib/audit.ts'
import { BULK_SECONDS } from '../lib/deadline.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { assertMayLeave } from './administrator.ts'
import { noContent, withExpiredCookie } from './answer.ts'
import { openApp } from './app.ts'
import { userRoute } from './route.ts'

const app = openApp()
const options = { scopes: [ACCOUNT_SCOPE], renew: false, fresh: true, seconds: BULK_SECONDS }

/** DELETE /auth/account: 204, cookie expired. Ends all sessions, frees the email, deletes the user. */
export const handler = userRoute(app, options, async ({ user, deadline, log }) => {
  assertMayLeave(user)
  const { ended } = await app.administration.delete(user.id, deadline)
  logEnded(log, user.id, ended, 'user_deleted')
  log(logEntry('user_deleted', { target: user.id }))
  return withExpiredCookie(noContent(), app.config.cookie)
})
