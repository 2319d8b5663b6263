import { UnauthenticatedError } from '../lib/errors.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { formBody } from './http/form-body.ts'
import { sessionRoute } from './http/route.ts'

const app = openApp()
const options = { scopes: ['sessions:introspect'], body: formBody(['token']) }

/**
 * POST /auth/introspect (RFC 7662): for services that cannot use the middleware. 200 with what the token stands for, or
 * `{active: false}` for whatever is not a live session. Never renews it; the caller's own session is renewed as on any
 * route. Two reads.
 */
export const handler = sessionRoute(app, options, async ({ credential, body, deadline, log }) => {
  if (credential !== 'bearer') throw new UnauthenticatedError(true) // a page has no business here
  const session = await app.sessions.check(body.token, { deadline, log })
  if (!session) return json(200, { active: false })
  const { userId, id, scopes, expiresAt, createdAt } = session
  return json(200, { active: true, sub: userId, scope: scopes.join(' '), exp: expiresAt, iat: createdAt, sid: id })
})
