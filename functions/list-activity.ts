import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { openUserActivityApp } from './http/activity-app.ts'
import { ACTIVITY_QUERY, activityAnswer, activityPageRequest, withoutOthersSource } from './http/activity-page.ts'
import { userRoute } from './http/route.ts'

const app = openUserActivityApp()
const options = { scopes: [ACCOUNT_SCOPE], renew: false, query: ACTIVITY_QUERY } as const

/**
 * GET /auth/activity: 200 `{activity, cursor?}`, the caller's own, the newest first, with the failed sign-ins to their
 * email address. An administrator's address and browser are left out. Does not renew. Two reads and two Queries.
 */
export const handler = userRoute(app, options, async ({ http, user, deadline }) => {
  const request = { ...activityPageRequest(http.query), accountTag: app.accountTag(user.email) }
  const page = (await app.activity?.listOfUser(user.id, request, deadline)) ?? { entries: [] }
  return activityAnswer({ ...page, entries: page.entries.map(withoutOthersSource) })
})
