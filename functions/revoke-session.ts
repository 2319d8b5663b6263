import { logEnded } from '../lib/audit.ts'
import { NotFoundError } from '../lib/errors.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { noContent, withExpiredCookie } from './answer.ts'
import { openApp } from './app.ts'
import { sessionIdParam } from './params.ts'
import { userRoute } from './route.ts'

const app = openApp()

/** DELETE /auth/sessions/{sessionId}: 204; 404 for an unknown one and for another user's alike. Two reads, one delete. */
export const handler = userRoute(app, { scopes: [ACCOUNT_SCOPE] }, async ({ session, user, params, deadline, log }) => {
  const sessionId = sessionIdParam(params)
  const outcome = await app.sessions.revoke(user.id, sessionId, deadline)
  await app.endOfSessions.finishPending(user, log)
  if (outcome === 'absent') throw new NotFoundError('You have no such session.')
  logEnded(log, user.id, [sessionId], 'revoked')
  return sessionId === session.id ? withExpiredCookie(noContent(), app.config.cookie) : noContent()
})
