import { defined } from '../lib/defined.ts'
import { InvalidRequestError } from '../lib/errors.ts'
import { userJson } from '../lib/http/representation.ts'
import { type Email, parseEmail, type User } from '../lib/user.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { userRoute } from './http/route.ts'

const app = openApp()
const options = { scopes: ['admin:read'], renew: false, query: ['email', 'limit', 'cursor'] } as const
const LIMIT = 50
const MOST = 100

/**
 * GET /admin/users: 200 `{users, cursor?}`, in no order that means anything; `cursor` leads to the next ones and is
 * absent at the end. With `?email=` the one with this email or none. Two reads besides one's own, or as `UserStore.list`.
 */
export const handler = userRoute(app, options, async ({ http, deadline }) => {
  const { email, limit, cursor } = http.query
  if (email !== undefined) {
    if (cursor !== undefined) throw invalid('cursor', 'goes with a list, and ?email= finds one user')
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
  if (!email) throw invalid('email', 'expected an email address')
  return email
}

function parsedLimit(text = String(LIMIT)): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1 || Number(text) > MOST)
    throw invalid('limit', `expected a whole number from 1 to ${MOST}`)
  return Number(text)
}

function parsedCursor(text: string): Email {
  const after = parseEmail(Buffer.from(text, 'base64url').toString())
  if (!after || toCursor(after) !== text) throw invalid('cursor', 'expected the cursor of an earlier answer')
  return after
}

function invalid(pointer: string, detail: string): InvalidRequestError {
  return new InvalidRequestError('The query is not as it should be.', [{ pointer, detail }])
}
