import * as v from 'valibot'
import { login } from '../lib/accounts/login.ts'
import { assertSameOrigin } from '../lib/http/same-origin.ts'
import { challengesOf } from './http/factor-app.ts'
import { credential, email, label, scopes } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { noticeSignIn, withMail } from './http/mail-app.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'
import { presentedTokens, signInAnswer } from './http/sign-in-answer.ts'

const app = withMail(recordActivity(openPasswordApp()))
const { cookie, strongScopes } = app.config
const parts = { ...app, strongScopes, challenges: challengesOf(app) }

const body = jsonBody(
  v.strictObject({ email, password, scopes: v.optional(scopes), label: v.optional(label), credential }),
)

/**
 * POST /auth/login: 200 `{session, user}` with the cookie, or with `token` and no cookie. 403 `second_factor_required` with
 * a challenge if the user has a second factor. With `SIGN_IN_MAILS=on` one write more.
 */
export const handler = publicRoute(app, { body }, async ({ http, credentials, body, deadline, log }) => {
  if (body.credential === 'cookie') assertSameOrigin(http, app.config)
  const { ip, userAgent } = http
  const request = { ...body, ip, userAgent, presented: presentedTokens(credentials) }
  const signedIn = await login({ ...parts, log }, request, deadline)
  await noticeSignIn(app, signedIn, deadline, log)
  return signInAnswer(cookie, body.credential, signedIn, log)
})
