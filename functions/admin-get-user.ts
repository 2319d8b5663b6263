import { userJson } from '../lib/http/representation.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { userIdParam } from './http/params.ts'
import { userRoute } from './http/route.ts'

const app = openApp()

/** GET /admin/users/{userId}: 200 `{user}`; 404. Does not renew the session. Three reads. */
export const handler = userRoute(app, { scopes: ['admin:read'], renew: false }, async ({ params, deadline }) => {
  const userId = userIdParam(params)
  return json(200, { user: userJson(await app.users.require(userId, deadline)) })
})
