import * as v from 'valibot'
import { createMailedRegistration } from '../lib/accounts/mailed-registration.ts'
import { logEntry } from '../lib/audit.ts'
import { dynamodbTicketStore } from '../lib/dynamodb/ticket-store.ts'
import { userJson } from '../lib/http/representation.ts'
import type { Email } from '../lib/user.ts'
import { json } from './http/answer.ts'
import { name, secretText } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { assertMail, withMail } from './http/mail-app.ts'
import { checkNewPassword } from './http/new-password.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'

const app = withMail(recordActivity(openPasswordApp({ verifies: false })))
const { config, client, users } = app
const tickets = dynamodbTicketStore({ client, tableName: config.tables.attempts })
const registration = createMailedRegistration({ tickets, users })
const body = jsonBody(v.strictObject({ token: secretText, password, name: v.optional(name) }))

/**
 * POST /auth/register/complete: 201 `{user}`. Registers the user of a mailed link, with a proven email. 422
 * `password_rejected` leaves the link good. One read, four writes.
 */
export const handler = publicRoute(app, { body }, async ({ http, body, deadline, log }) => {
  assertMail(app)
  const { token, password, name } = body
  await app.mailBudgets.reserveLink(http.ip, deadline)
  const details = async (email: Email) => {
    await checkNewPassword(app, password, { email, name }, log)
    return { name, passwordHash: await app.hasher.hash(password) }
  }
  const user = await registration.complete(token, details, deadline)
  log(logEntry('user_created', { target: user.id }))
  return json(201, { user: userJson(user) })
})
