import * as v from 'valibot'
import { RegistrationClosedError } from '../lib/errors.ts'
import { userJson } from '../lib/http/representation.ts'
import { assertNewPassword } from '../lib/password.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { json } from './answer.ts'
import { openApp } from './app.ts'
import { email, name, password } from './fields.ts'
import { passwordHasher } from './passwords.ts'
import { publicRoute } from './route.ts'

const app = openApp({ pepper: true })
const hasher = passwordHasher(app)

const body = jsonBody(v.strictObject({ email, password, name: v.optional(name) }))

/** POST /auth/register: 201 `{user}`. Signs nobody in. Two writes. */
export const handler = publicRoute(app, { body }, async ({ body, deadline }) => {
  if (app.config.registration === 'closed') throw new RegistrationClosedError()
  assertNewPassword(body.password, app.config.password.minLength)
  const passwordHash = await hasher.hash(body.password)
  const user = await app.users.register({ email: body.email, name: body.name, passwordHash }, deadline)
  return json(201, { user: userJson(user) })
})
