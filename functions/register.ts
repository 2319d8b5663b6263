import * as v from 'valibot'
import { logEntry } from '../lib/audit.ts'
import { InvalidRequestError, RegistrationClosedError } from '../lib/errors.ts'
import { userJson } from '../lib/http/representation.ts'
import { json } from './http/answer.ts'
import { email, name } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { assertMayRequestMail, withMail } from './http/mail-app.ts'
import { checkNewPassword } from './http/new-password.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'

const app = withMail(recordActivity(openPasswordApp({ verifies: false })))
const { registration } = app.config

const body = jsonBody(v.strictObject({ email, password: v.optional(password), name: v.optional(name) }))

/**
 * POST /auth/register: with `REGISTRATION=mail` 202 for every email, which requests a mail with the link that completes the
 * registration (three writes); otherwise 201 `{user}` (three writes: attempt, user, email pointer). Does not sign in.
 */
export const handler = publicRoute(app, { body }, async ({ http, body, deadline, log }) => {
  if (registration === 'closed') throw new RegistrationClosedError()
  const { email, name, password } = body
  if (registration === 'mail') {
    assertMayRequestMail(app, http)
    if (password || name !== undefined) throw refused(password ? 'password' : 'name', 'unknown field')
    await app.mailBudgets.reserveMail(email, http.ip, deadline)
    await app.outbox.put({ kind: 'registration', email }, deadline)
    log(logEntry('mail_requested', { kind: 'registration', account: app.mailBudgets.accountTag(email) }))
    return json(202, {})
  }
  if (!password) throw refused('password', 'missing field')
  await checkNewPassword(app, password, { email, name }, log)
  await app.attempts.reserveRegistration(http.ip, deadline)
  const passwordHash = await app.hasher.hash(password)
  const user = await app.users.register({ email, name, passwordHash }, deadline)
  log(logEntry('user_created', { target: user.id }))
  return json(201, { user: userJson(user) })
})

const refused = (field: string, detail: string) =>
  new InvalidRequestError('The request body is invalid. `errors` says what each part must be.', [
    { pointer: `/${field}`, detail },
  ])
