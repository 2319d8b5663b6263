import { defined } from '../lib/defined.ts'
import { emailFault, parseEmail } from '../lib/email.ts'
import { userJson } from '../lib/http/representation.ts'
import type { Email, User } from '../lib/user.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { invalidQuery, parseLimit } from './http/page-query.ts'
import { userRoute } from './http/route.ts'

const app = openApp()
const options = { scopes: ['admin:read'], renew: false, query: ['email', 'limit', 'cursor'] } as const

/**
 * GET /admin/users: 200 `{users, cursor?}`, in no meaningful order; `cursor` leads to the next page and is absent on the
 * last. With `?email=` at most the user with this email. Two reads for the administrator, then two or `UserStore.list`.
 */
export const handler = userRoute(app, options, async ({ http, deadline }) => {
  const { email, limit, cursor } = http.query
  if (email !== undefined) {
    if (cursor !== undefined) throw invalidQuery('cursor', 'cannot be combined with ?email=, which finds one user')
    const found = await app.users.findByEmail(parsedEmail(email), deadline)
    return list(found ? [found] : [])
  }
  const page = { limit: parseLimit(limit), after: cursor === undefined ? undefined : parsedCursor(cursor) }
  const { users, next } = await app.users.list(page, deadline)
  return list(users, next)
})

const list = (users: User[], next?: Email) =>
  json(200, { users: users.map(userJson), ...defined({ cursor: next && toCursor(next) }) })
const toCursor = (after: Email) => Buffer.from(after).toString('base64url')

function parsedEmail(text: string): Email {
  const email = parseEmail(text)
  if (!email) throw invalidQuery('email', emailFault(text))
  return email
}

function parsedCursor(text: string): Email {
  const after = parseEmail(Buffer.from(text, 'base64url').toString())
  if (!after || toCursor(after) !== text) throw invalidQuery('cursor', 'expected the cursor of an earlier response')
  return after
}
