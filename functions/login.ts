import * as v from 'valibot'
import { login } from '../lib/accounts/login.ts'
import type { RequiredPassword } from '../lib/accounts/required-password.ts'
import { logEntry, logRevoked } from '../lib/audit.ts'
import type { Deadline } from '../lib/deadline.ts'
import { assertSameOrigin } from '../lib/http/same-origin.ts'
import type { Log } from '../lib/ports.ts'
import { challengesOf } from './http/factor-app.ts'
import { credential, email, label, scopes } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { noticeSignIn, notify, withMail } from './http/mail-app.ts'
import { checkNewPassword } from './http/new-password.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'
import { presentedTokens, signInAnswer } from './http/sign-in-answer.ts'

const app = withMail(recordActivity(openPasswordApp()))
const { cookie, strongScopes } = app.config
const parts = { ...app, strongScopes, challenges: challengesOf(app) }

const body = jsonBody(
  v.strictObject({
    email,
    password,
    newPassword: v.optional(password),
    scopes: v.optional(scopes),
    label: v.optional(label),
    credential,
  }),
)

const requiredPassword = (deadline: Deadline, log: Log): RequiredPassword => ({
  async hashNew(user, newPassword) {
    await checkNewPassword(app, newPassword, user, log)
    return app.hasher.hash(newPassword)
  },
  afterChange: ({ id }) => log(logEntry('authn_password_change', { actor: id, target: id, reason: 'required' })),
  async afterSweep({ id }, revoked) {
    logRevoked(log, id, revoked, 'password_change')
    await notify(app, { kind: 'password_changed', userId: id }, deadline, log)
  },
})

/**
 * POST /auth/login: 200 `{session, user}` with the cookie, or with `token` and no cookie. 403 `second_factor_required` with
 * a challenge if the user has a second factor. 403 `password_change_required` if an administrator has set the password so:
 * with `newPassword` too, this route replaces it and signs in; else `newPassword` is 400. With `SIGN_IN_MAILS=on` one write more.
 */
export const handler = publicRoute(app, { body }, async ({ http, credentials, body, deadline, log }) => {
  if (body.credential === 'cookie') assertSameOrigin(http, app.config)
  const { ip, userAgent } = http
  const request = { ...body, ip, userAgent, presented: presentedTokens(credentials) }
  const signedIn = await login({ ...parts, log, requiredPassword: requiredPassword(deadline, log) }, request, deadline)
  await noticeSignIn(app, signedIn, deadline, log)
  return signInAnswer(cookie, body.credential, signedIn, log)
})
