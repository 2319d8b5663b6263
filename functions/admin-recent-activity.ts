import { openActivityApp } from './http/activity-app.ts'
import { ACTIVITY_QUERY, activityAnswer, activityPageRequest } from './http/activity-page.ts'
import { userRoute } from './http/route.ts'

const app = openActivityApp()
const options = { scopes: ['admin:read'], renew: false, query: ACTIVITY_QUERY } as const

/**
 * GET /admin/activity: 200 `{activity, cursor?}`, of all users, the newest first and some seconds late. A page may have
 * fewer entries than asked for, even none, as long as it has a cursor. Does not renew. Two reads; four Queries for each
 * day until the page is full, at most fourteen days.
 */
export const handler = userRoute(app, options, async ({ http, deadline }) => {
  const request = activityPageRequest(http.query)
  return activityAnswer((await app.activity?.listRecent(request, deadline)) ?? { entries: [] })
})
