import * as v from 'valibot'
import { logEntry } from '../lib/audit.ts'
import { userJson } from '../lib/http/representation.ts'
import { json } from './http/answer.ts'
import { email, granted, name } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { checkNewPassword } from './http/new-password.ts'
import { ADMIN_WRITE } from './http/own-rights.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openPasswordApp({ verifies: false }))
const options = {
  scopes: [ADMIN_WRITE],
  fresh: true,
  body: jsonBody(v.strictObject({ email, password, name: v.optional(name), scopes: v.optional(granted) })),
}

/** POST /admin/users: 201 `{user}`. Two reads, two writes. */
export const handler = userRoute(app, options, async ({ body, deadline, log }) => {
  const { email, name, password, scopes } = body
  await checkNewPassword(app, password, { email, name }, log)
  const passwordHash = await app.hasher.hash(password)
  const user = await app.users.register({ email, name, passwordHash, scopes }, deadline)
  log(logEntry('authz_admin', { target: user.id, action: 'create_user' }))
  log(logEntry('user_created', { target: user.id, scopes: user.scopes.join(' ') }))
  return json(201, { user: userJson(user) })
})
