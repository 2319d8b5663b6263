import * as v from 'valibot'
import { logEntry } from '../lib/audit.ts'
import { userJson } from '../lib/http/representation.ts'
import { assertNewPassword } from '../lib/new-password.ts'
import { ownWords } from '../lib/own-words.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { ADMIN_WRITE } from './administrator.ts'
import { json } from './answer.ts'
import { email, granted, name } from './fields.ts'
import { password } from './password-field.ts'
import { openPasswordApp } from './passwords.ts'
import { userRoute } from './route.ts'

const app = openPasswordApp()
const { password: rules, origin } = app.config
const options = {
  scopes: [ADMIN_WRITE],
  fresh: true,
  body: jsonBody(v.strictObject({ email, password, name: v.optional(name), scopes: v.optional(granted) })),
}

/** POST /admin/users: 201 `{user}`. Two reads, two writes. */
export const handler = userRoute(app, options, async ({ body, deadline, log }) => {
  const { email, name, password, scopes } = body
  assertNewPassword(password, { minLength: rules.minLength, words: ownWords({ email, name, origin }) })
  const passwordHash = await app.hasher.hash(password)
  const user = await app.users.register({ email, name, passwordHash, scopes }, deadline)
  log(logEntry('authz_admin', { target: user.id, action: 'create_user' }))
  log(logEntry('user_created', { target: user.id, scopes: user.scopes.join(' ') }))
  return json(201, { user: userJson(user) })
})
