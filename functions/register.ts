import * as v from 'valibot'
import { logEntry } from '../lib/audit.ts'
import { RegistrationClosedError } from '../lib/errors.ts'
import { userJson } from '../lib/http/representation.ts'
import { ownWords } from '../lib/passwords/own-words.ts'
import { assertNewPassword } from '../lib/passwords/password-rules.ts'
import { json } from './http/answer.ts'
import { email, name } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'

const app = recordActivity(openPasswordApp({ verifies: false }))
const { registration, password: rules, origin } = app.config

const body = jsonBody(v.strictObject({ email, password, name: v.optional(name) }))

/** POST /auth/register: 201 `{user}`. Does not sign in. Three writes: attempt, user, email pointer. */
export const handler = publicRoute(app, { body }, async ({ http, body, deadline, log }) => {
  if (registration === 'closed') throw new RegistrationClosedError()
  const { email, name, password } = body
  assertNewPassword(password, { minLength: rules.minLength, words: ownWords({ email, name, origin }) })
  await app.attempts.reserveRegistration(http.ip, deadline)
  const passwordHash = await app.hasher.hash(password)
  const user = await app.users.register({ email, name, passwordHash }, deadline)
  log(logEntry('user_created', { target: user.id }))
  return json(201, { user: userJson(user) })
})
