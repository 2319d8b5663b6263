import * as v from 'valibot'
import { login } from '../lib/accounts/login.ts'
import { logEntry, logRevoked } from '../lib/audit.ts'
import { revocableTokens } from '../lib/http/credentials.ts'
import { sessionJson, userJson } from '../lib/http/representation.ts'
import { assertSameOrigin } from '../lib/http/same-origin.ts'
import { withCredential } from './http/answer.ts'
import { email, label, scopes } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'

const app = recordActivity(openPasswordApp())
const { cookie } = app.config

const body = jsonBody(
  v.strictObject({
    email,
    password,
    scopes: v.optional(scopes),
    label: v.optional(label),
    credential: v.optional(v.picklist(['cookie', 'bearer']), 'cookie'),
  }),
)

/** POST /auth/login: 200 `{session, user}` with the cookie, or with `token` and no cookie. */
export const handler = publicRoute(app, { body }, async ({ http, credentials, body, deadline, log }) => {
  if (body.credential === 'cookie') assertSameOrigin(http, app.config)
  const { cookies, bearers } = credentials
  // Of two cookies none is used: a neighbouring host may have set one of them.
  const presented = revocableTokens({ bearers, cookies: cookies.length === 1 ? cookies : [] })
  const { ip, userAgent } = http
  const created = await login({ ...app, log }, { ...body, ip, userAgent, presented }, deadline)

  const { session, user, revokedByCap, replaced } = created
  const facts = { actor: user.id, sessionId: session.id }
  log(logEntry('authn_login_success', facts))
  log(logEntry('session_created', { ...facts, reason: 'login' }))
  logRevoked(log, user.id, revokedByCap, 'session_cap')
  for (const { userId, id } of replaced) logRevoked(log, userId, [id], 'replaced')
  return withCredential(cookie, body.credential, created, { session: sessionJson(session), user: userJson(user) })
})
