import { NotFoundError } from '../lib/errors.ts'
import { openUserActivityApp } from './http/activity-app.ts'
import { ACTIVITY_QUERY, activityAnswer, activityPageRequest } from './http/activity-page.ts'
import { userIdParam } from './http/params.ts'
import { userRoute } from './http/route.ts'

const app = openUserActivityApp()
const options = { scopes: ['admin:read'], renew: false, query: ACTIVITY_QUERY } as const

/**
 * GET /admin/users/{userId}/activity: 200 `{activity, cursor?}`, the newest first; also of a deleted user, but without
 * the failed sign-ins. 404 if there is neither a user nor activity. Does not renew. Three reads and two Queries.
 */
export const handler = userRoute(app, options, async ({ http, params, deadline }) => {
  const userId = userIdParam(params)
  const request = activityPageRequest(http.query)
  const owner = await app.users.get(userId, deadline)
  const accountTag = owner && app.accountTag(owner.email)
  const page = (await app.activity?.listOfUser(userId, { ...request, accountTag }, deadline)) ?? { entries: [] }
  if (!owner && page.entries.length === 0 && request.cursor === undefined)
    throw new NotFoundError('No user has this id. List the users to see their ids.')
  return activityAnswer(page)
})
