import * as v from 'valibot'
import { logUserChange } from '../lib/accounts/log-user-change.ts'
import { logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { defined } from '../lib/defined.ts'
import { userJson } from '../lib/http/representation.ts'
import type { User } from '../lib/user.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { granted, name } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { ADMIN_WRITE, assertKeepsOwnRights } from './http/own-rights.ts'
import { userIdParam } from './http/params.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp())
const change = v.strictObject({
  name: v.optional(name),
  scopes: v.optional(granted),
  status: v.optional(v.picklist(['active', 'disabled'], 'expected active or disabled')),
})
const nonEmpty = v.minEntries<v.InferOutput<typeof change>, 1, string>(
  1,
  'expected at least one of name, scopes and status',
)
const options = {
  scopes: [ADMIN_WRITE],
  fresh: true,
  seconds: BULK_DEADLINE_SECONDS,
  body: jsonBody(v.pipe(change, nonEmpty)),
}

/**
 * PATCH /admin/users/{userId}: 200 `{user}`; 404. Disabling the user or removing a scope revokes all sessions before the
 * response; a granted scope takes effect at the next login or reauthentication.
 */
export const handler = userRoute(app, options, async ({ user: actor, params, body, deadline, log }) => {
  const userId = userIdParam(params)
  const beforeChange = (before: User) => assertKeepsOwnRights(actor.id, before, body)
  const afterChange = (before: User, user: User) => logUserChange(log, before, user)
  const hooks = { beforeChange, afterChange, log, by: actor.id }
  const { user, revoked } = await app.administration.change(userId, defined(body), deadline, hooks)
  logRevoked(log, userId, revoked, user.status === 'disabled' ? 'user_disabled' : 'scope_removed')
  return json(200, { user: userJson(user) })
})
