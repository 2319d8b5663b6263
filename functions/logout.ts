import { logRevoked } from '../lib/audit.ts'
import { CrossOriginError } from '../lib/errors.ts'
import { isSameOrigin } from '../lib/http/same-origin.ts'
import { noContent, withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { publicRoute } from './http/route.ts'

const app = openApp()
const { cookie } = app.config

/**
 * POST /auth/logout: 204. Ends every live session presented, be it twice or along with another, and expires the
 * cookie: whoever wants out gets out. One read and one delete for each.
 */
export const handler = publicRoute(app, {}, async ({ http, credentials, deadline, log }) => {
  const { cookies, bearers, authorizations } = credentials
  // Without a credential only the browser's cookie is at stake: another site's page may not have it expired.
  const fromPage = http.header('origin') !== undefined || http.header('sec-fetch-site') !== undefined
  if (authorizations === 0 && fromPage && !isSameOrigin(http, app.config)) throw new CrossOriginError()

  await Promise.all(
    [...new Set([...cookies, ...bearers])].map(async (tokenText) => {
      const session = await app.sessions.check(tokenText, { deadline, log })
      if (!session) return
      await app.sessions.revoke(session.userId, session.id, deadline)
      logRevoked(log, session.userId, [session.id], 'logout')
    }),
  )
  const answer = noContent()
  // The cookie is ours to delete; "cookies" here would delete those of every site of the registrable domain.
  answer.headers['clear-site-data'] = '"cache", "storage"'
  return withExpiredCookie(answer, cookie)
})
