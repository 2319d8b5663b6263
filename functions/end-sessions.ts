import { logEnded, logEntry } from '../lib/audit.ts'
import { BULK_SECONDS } from '../lib/deadline.ts'
import { InvalidRequestError } from '../lib/errors.ts'
import { sessionJson } from '../lib/http/representation.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { json, withCredential, withExpiredCookie } from './answer.ts'
import { openApp } from './app.ts'
import { sessionRoute } from './route.ts'

const app = openApp()
const { cookie } = app.config
const options = { scopes: [ACCOUNT_SCOPE], query: ['keep'], seconds: BULK_SECONDS, renew: false } as const

/**
 * DELETE /auth/sessions: 200 `{revoked}`, cookie expired. With `?keep=current` a new session takes this one's place,
 * 200 `{revoked, session, token?}`, and copies of this one's token end with the others.
 */
export const handler = sessionRoute(app, options, async ({ http, session, credential, deadline, log }) => {
  const { keep } = http.query
  if (keep === undefined) {
    const ended = await app.endOfSessions.endOwn(session, deadline)
    logEnded(log, session.userId, ended, 'ended_all')
    return withExpiredCookie(json(200, { revoked: ended.length }), cookie)
  }
  if (keep !== 'current')
    throw new InvalidRequestError('The only value of keep is current.', [
      { pointer: 'keep', detail: 'expected current' },
    ])

  const created = await app.endOfSessions.endOthers(session, http, deadline)
  logEnded(log, session.userId, [session.id], 'replaced')
  logEnded(log, session.userId, created.ended, 'ended_all')
  log(logEntry('session_created', { sessionId: created.session.id, reason: 'ended_all' }))
  const answer = { revoked: created.ended.length, session: sessionJson(created.session) }
  return withCredential(cookie, credential, created, answer)
})
