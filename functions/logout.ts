import { logRevoked } from '../lib/audit.ts'
import { CrossOriginError } from '../lib/errors.ts'
import { revocableTokens } from '../lib/http/credentials.ts'
import { isSameOrigin } from '../lib/http/same-origin.ts'
import { withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { done, openReceipts } from './http/receipts.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'

const app = recordActivity(openApp())
const receiptOf = openReceipts(app)
const { cookie, clearsStorageOnLogout } = app.config

/**
 * POST /auth/logout: 204, or 200 with a receipt on request. Revokes the session of every credential in the request, of at
 * most four, and expires the cookie. One read and one delete per session; a read and a Query for a token whose session is gone.
 */
export const handler = publicRoute(app, {}, async ({ http, credentials, deadline, log }) => {
  const { authorizations } = credentials
  // Without a bearer token the response expires the browser's cookie, which other sites must not cause.
  const fromPage = http.header('origin') !== undefined || http.header('sec-fetch-site') !== undefined
  if (authorizations === 0 && fromPage && !isSameOrigin(http, app.config)) throw new CrossOriginError()

  const revoked = await Promise.all(
    revocableTokens(credentials).map(async (tokenText) => {
      const ofToken = await app.sessions.revokePresented(tokenText, deadline, log)
      for (const { userId, id } of ofToken) logRevoked(log, userId, [id], 'logout')
      return ofToken
    }),
  )
  const sessions = revoked.flat()
  const receipt = sessions.length > 0 ? await receiptOf(http, { kind: 'sessions', sessions }, deadline, log) : undefined
  const answer = done(receipt)
  if (clearsStorageOnLogout) answer.headers['clear-site-data'] = '"storage"'
  return withExpiredCookie(answer, cookie)
})
