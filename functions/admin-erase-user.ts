import { logEntry, logRevoked } from '../lib/audit.ts'
import { dynamodbActivityEraser } from '../lib/dynamodb/activity-eraser.ts'
import { eraseUser } from '../lib/privacy/erasure.ts'
import { openTaggingApp } from './http/activity-app.ts'
import { noContent } from './http/answer.ts'
import { openIdentityStores } from './http/identity-stores.ts'
import { ADMIN_WRITE, assertMayDeleteSelf } from './http/own-rights.ts'
import { userIdParam } from './http/params.ts'
import { userRoute } from './http/route.ts'

const app = openTaggingApp({ identities: openIdentityStores }) // not recorded: an entry about the user would remain
const { client, config, administration } = app
const activity = dynamodbActivityEraser({ client, tableName: config.tables.activity })
const parts = { administration, activity, accountTag: app.keys.accountTag }
const options = { scopes: [ADMIN_WRITE], fresh: true, seconds: 20 }

/**
 * POST /admin/users/{userId}/erase: 204; 404 if nothing is stored about the user. Deletes the user as
 * DELETE /admin/users/{userId} does, and their activity. If it fails or times out, another request continues it.
 */
export const handler = userRoute(app, options, async ({ user: actor, params, deadline, log }) => {
  const userId = userIdParam(params)
  if (userId === actor.id) assertMayDeleteSelf(actor)
  const { user, revoked } = await eraseUser(parts, userId, deadline, actor.id)
  log(logEntry('authz_admin', { target: userId, action: 'erase_user' }))
  logRevoked(log, userId, revoked, 'user_deleted')
  if (user) log(logEntry('user_deleted', { target: userId }))
  return noContent()
})
