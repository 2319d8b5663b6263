import { InvalidRequestError } from '../lib/errors.ts'
import { userJson } from '../lib/http/representation.ts'
import { parseEmail } from '../lib/user.ts'
import { json } from './answer.ts'
import { openApp } from './app.ts'
import { userRoute } from './route.ts'

const app = openApp()

/** GET /admin/users?email=: 200 `{users}`, the one with this email or none. Four reads. */
export const handler = userRoute(app, { scopes: ['admin:read'], query: ['email'] }, async ({ http, deadline }) => {
  const email = parseEmail(http.query.email ?? '')
  if (!email)
    throw new InvalidRequestError('Say whom to look for: ?email=…', [
      { pointer: 'email', detail: 'expected an email address' },
    ])
  const found = await app.users.findByEmail(email, deadline)
  return json(200, { users: found ? [userJson(found)] : [] })
})
