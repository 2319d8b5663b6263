import { logRevoked } from '../lib/audit.ts'
import { CrossOriginError } from '../lib/errors.ts'
import { revocableTokens } from '../lib/http/credentials.ts'
import { isSameOrigin } from '../lib/http/same-origin.ts'
import { noContent, withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { publicRoute } from './http/route.ts'

const app = openApp()
const { cookie, clearsStorageOnLogout } = app.config

/**
 * POST /auth/logout: 204. Revokes the session of every credential in the request, of at most four, and expires the
 * cookie. One read and one delete per session.
 */
export const handler = publicRoute(app, {}, async ({ http, credentials, deadline, log }) => {
  const { authorizations } = credentials
  // Without a bearer token the response expires the browser's cookie, which other sites must not cause.
  const fromPage = http.header('origin') !== undefined || http.header('sec-fetch-site') !== undefined
  if (authorizations === 0 && fromPage && !isSameOrigin(http, app.config)) throw new CrossOriginError()

  await Promise.all(
    revocableTokens(credentials).map(async (tokenText) => {
      const session = await app.sessions.check(tokenText, { deadline, log })
      if (!session) return
      await app.sessions.revoke(session.userId, session.id, deadline)
      logRevoked(log, session.userId, [session.id], 'logout')
    }),
  )
  const answer = noContent()
  if (clearsStorageOnLogout) answer.headers['clear-site-data'] = '"storage"'
  return withExpiredCookie(answer, cookie)
})
