import { UnauthenticatedError } from '../lib/errors.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { formBody } from './http/form-body.ts'
import { sessionRoute } from './http/route.ts'

const app = openApp()
const options = { scopes: ['sessions:introspect'], body: formBody(['token']) }

/**
 * POST /auth/introspect (RFC 7662), for services that cannot use the middleware: 200 with the token's session, or
 * `{active: false}` if the token has no valid session. Renews the caller's session but not the token's. Two reads.
 */
export const handler = sessionRoute(app, options, async ({ credential, body, deadline, log }) => {
  if (credential !== 'bearer') throw new UnauthenticatedError(true) // the route is for services, not for pages
  const session = await app.sessions.check(body.token, { deadline, log })
  if (!session) return json(200, { active: false })
  const { userId, id, scopes, expiresAt, createdAt } = session
  return json(200, { active: true, sub: userId, scope: scopes.join(' '), exp: expiresAt, iat: createdAt, sid: id })
})
