import * as v from 'valibot'
import { logEntry } from '../lib/audit.ts'
import { ConflictError } from '../lib/errors.ts'
import { passkeyJson } from '../lib/http/representation.ts'
import { passkeyOf, renaming } from '../lib/passkeys/passkey-changes.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { ID_LENGTH, systemRandomText } from '../lib/system.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { name } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openApp({ factors: true }))
const options = { scopes: [ACCOUNT_SCOPE], fresh: true, body: jsonBody(v.strictObject({ name })) }

/** PATCH /auth/passkeys/{passkeyId}: 200 `{passkey}`; 404. Ends no session. Two reads, one write. */
export const handler = userRoute(app, options, async ({ user, params, body, deadline, log }) => {
  const { passkeyId = '' } = params
  const change = renaming(user, passkeyId, body.name)
  const changeId = systemRandomText(ID_LENGTH)
  if (!(await app.userStore.update(user.id, user.changeId, changeId, change, deadline))) throw new ConflictError()
  log(logEntry('user_updated', { target: user.id, action: 'passkey_renamed' }))
  const renamed = { ...passkeyOf(user, passkeyId), name: body.name }
  return json(200, { passkey: passkeyJson(passkeyId, renamed, user.passkeyUsedAt?.[passkeyId]) })
})
