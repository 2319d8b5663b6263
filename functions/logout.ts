import { logRevoked } from '../lib/audit.ts'
import { CrossOriginError } from '../lib/errors.ts'
import { revocableTokens } from '../lib/http/credentials.ts'
import { isSameOrigin } from '../lib/http/same-origin.ts'
import { noContent, withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'

const app = recordActivity(openApp())
const { cookie, clearsStorageOnLogout } = app.config

/**
 * POST /auth/logout: 204. Revokes the session of every credential in the request, of at most four, and expires the
 * cookie. One read and one delete per session; a read and a Query for a token whose session is gone.
 */
export const handler = publicRoute(app, {}, async ({ http, credentials, deadline, log }) => {
  const { authorizations } = credentials
  // Without a bearer token the response expires the browser's cookie, which other sites must not cause.
  const fromPage = http.header('origin') !== undefined || http.header('sec-fetch-site') !== undefined
  if (authorizations === 0 && fromPage && !isSameOrigin(http, app.config)) throw new CrossOriginError()

  await Promise.all(
    revocableTokens(credentials).map(async (tokenText) => {
      for (const { userId, id } of await app.sessions.revokePresented(tokenText, deadline, log))
        logRevoked(log, userId, [id], 'logout')
    }),
  )
  const answer = noContent()
  if (clearsStorageOnLogout) answer.headers['clear-site-data'] = '"storage"'
  return withExpiredCookie(answer, cookie)
})
