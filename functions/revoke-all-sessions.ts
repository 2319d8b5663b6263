import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { InvalidRequestError } from '../lib/errors.ts'
import { sessionJson } from '../lib/http/representation.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { json, withCredential, withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { recordActivity } from './http/record-activity.ts'
import { sessionRoute } from './http/route.ts'

const app = recordActivity(openApp())
const { cookie } = app.config
const options = { scopes: [ACCOUNT_SCOPE], query: ['keep'], seconds: BULK_DEADLINE_SECONDS, renew: false } as const

/**
 * DELETE /auth/sessions: 200 `{revoked}`, cookie expired. `?keep=current` replaces the caller's session instead, so that
 * copies of its token are revoked too: 200 `{revoked, session, token?}`.
 */
export const handler = sessionRoute(app, options, async ({ http, session, credential, deadline, log }) => {
  const { keep } = http.query
  if (keep === undefined) {
    const revoked = await app.revocations.revokeOwnSessions(session, deadline)
    logRevoked(log, session.userId, revoked, 'revoked_all')
    return withExpiredCookie(json(200, { revoked: revoked.length }), cookie)
  }
  if (keep !== 'current')
    throw new InvalidRequestError('The query is invalid. `keep` accepts only `current`.', [
      { pointer: 'keep', detail: 'expected current' },
    ])

  const created = await app.revocations.revokeOtherSessions(session, http, deadline)
  logRevoked(log, session.userId, [session.id], 'replaced')
  logRevoked(log, session.userId, created.revoked, 'revoked_all')
  log(logEntry('session_created', { sessionId: created.session.id, reason: 'revoked_all' }))
  const answer = { revoked: created.revoked.length, session: sessionJson(created.session) }
  return withCredential(cookie, credential, created, answer)
})
