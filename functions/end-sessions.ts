import { BULK_SECONDS } from '../lib/deadline.ts'
import { InvalidRequestError } from '../lib/errors.ts'
import { sessionCookie } from '../lib/http/cookie.ts'
import { sessionJson } from '../lib/http/representation.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { json, withExpiredCookie } from './answer.ts'
import { openApp } from './app.ts'
import { sessionRoute } from './route.ts'

const app = openApp()
const { cookie } = app.config
const options = { scopes: [ACCOUNT_SCOPE], query: ['keep'], seconds: BULK_SECONDS, renew: false }

/**
 * DELETE /auth/sessions: 200 `{revoked}`, cookie expired. With `?keep=current` a new session takes this one's place,
 * 200 `{revoked, session, token?}`, and copies of this one's token end with the others.
 */
export const handler = sessionRoute(app, options, async ({ http, session, credential, deadline }) => {
  const { keep } = http.query
  if (keep === undefined) {
    const ended = await app.endOfSessions.endOwn(session, deadline)
    return withExpiredCookie(json(200, { revoked: ended.length }), cookie)
  }
  if (keep !== 'current')
    throw new InvalidRequestError('The only value of keep is current.', [
      { pointer: 'keep', detail: 'expected current' },
    ])

  const { ended, session: next, token } = await app.endOfSessions.endOthers(session, http, deadline)
  const answer = { revoked: ended.length, session: sessionJson(next) }
  if (credential === 'bearer') return json(200, { ...answer, token: token.reveal() })
  return { ...json(200, answer), cookies: [sessionCookie(cookie, token, next.endsAt, next.createdAt)] }
})
