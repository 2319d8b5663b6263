import { defined } from '../lib/defined.ts'
import { emailFault, parseEmail } from '../lib/email.ts'
import { InvalidRequestError } from '../lib/errors.ts'
import { userJson } from '../lib/http/representation.ts'
import type { Email, User } from '../lib/user.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { userRoute } from './http/route.ts'

const app = openApp()
const options = { scopes: ['admin:read'], renew: false, query: ['email', 'limit', 'cursor'] } as const
const LIMIT = 50
const MAX_LIMIT = 100

/**
 * GET /admin/users: 200 `{users, cursor?}`, in no meaningful order; `cursor` leads to the next page and is absent on the
 * last. With `?email=` at most the user with this email. Two reads for the administrator, then two or `UserStore.list`.
 */
export const handler = userRoute(app, options, async ({ http, deadline }) => {
  const { email, limit, cursor } = http.query
  if (email !== undefined) {
    if (cursor !== undefined) throw invalid('cursor', 'cannot be combined with ?email=, which finds one user')
    const found = await app.users.findByEmail(parsedEmail(email), deadline)
    return list(found ? [found] : [])
  }
  const page = { limit: parsedLimit(limit), after: cursor === undefined ? undefined : parsedCursor(cursor) }
  const { users, next } = await app.users.list(page, deadline)
  return list(users, next)
})

const list = (users: User[], next?: Email) =>
  json(200, { users: users.map(userJson), ...defined({ cursor: next && toCursor(next) }) })
const toCursor = (after: Email) => Buffer.from(after).toString('base64url')

function parsedEmail(text: string): Email {
  const email = parseEmail(text)
  if (!email) throw invalid('email', emailFault(text))
  return email
}

function parsedLimit(text = String(LIMIT)): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1 || Number(text) > MAX_LIMIT)
    throw invalid('limit', `expected a whole number from 1 to ${MAX_LIMIT}`)
  return Number(text)
}

function parsedCursor(text: string): Email {
  const after = parseEmail(Buffer.from(text, 'base64url').toString())
  if (!after || toCursor(after) !== text) throw invalid('cursor', 'expected the cursor of an earlier response')
  return after
}

function invalid(pointer: string, detail: string): InvalidRequestError {
  return new InvalidRequestError('The query is invalid. `errors` says what each parameter must be.', [
    { pointer, detail },
  ])
}
