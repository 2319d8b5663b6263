import * as v from 'valibot'
import { sessionCookie } from '../lib/http/cookie.ts'
import { sessionJson, userJson } from '../lib/http/representation.ts'
import { assertSameOrigin } from '../lib/http/same-origin.ts'
import { login } from '../lib/login.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { json } from './answer.ts'
import { openApp } from './app.ts'
import { email, label, password, scopes } from './fields.ts'
import { passwordHasher } from './passwords.ts'
import { publicRoute } from './route.ts'

const app = openApp({ pepper: true })
const parts = { ...app, hasher: passwordHasher(app) }
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
export const handler = publicRoute(app, { body }, async ({ http, credentials, body, deadline }) => {
  const wantsCookie = body.credential === 'cookie'
  if (wantsCookie) assertSameOrigin(http, app.config)
  const { cookies, bearers } = credentials
  // Of two cookies neither counts: a neighbouring host may have planted one.
  const presented = [...bearers, ...(cookies.length === 1 ? cookies : [])]
  const { ip, userAgent } = http
  const { session, token, user } = await login(parts, { ...body, ip, userAgent, presented }, deadline)

  const answer = { session: sessionJson(session), user: userJson(user) }
  if (!wantsCookie) return json(200, { ...answer, token: token.reveal() })
  return { ...json(200, answer), cookies: [sessionCookie(cookie, token, session.endsAt, session.createdAt)] }
})
