import { identitiesJson, userJson } from '../lib/http/representation.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { userIdParam } from './http/params.ts'
import { userRoute } from './http/route.ts'

const app = openApp({ withIdentities: true })

/** GET /admin/users/{userId}: 200 `{user, identities}`; 404. Does not renew the session. Three reads. */
export const handler = userRoute(app, { scopes: ['admin:read'], renew: false }, async ({ params, deadline }) => {
  const userId = userIdParam(params)
  const user = await app.users.require(userId, deadline)
  return json(200, { user: userJson(user), identities: identitiesJson(user.identities) })
})
