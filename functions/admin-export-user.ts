import { logEntry } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { dynamodbActivityStore } from '../lib/dynamodb/activity-store.ts'
import { dynamodbAttemptReader } from '../lib/dynamodb/attempt-store.ts'
import { dynamodbSessionStore } from '../lib/dynamodb/index.ts'
import { ConflictError } from '../lib/errors.ts'
import { exportJson } from '../lib/http/export-json.ts'
import { type ExportSources, exportUser } from '../lib/privacy/export.ts'
import { openTaggingApp } from './http/activity-app.ts'
import { activityCursor } from './http/activity-page.ts'
import { json } from './http/answer.ts'
import { userIdParam } from './http/params.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = recordActivity(openTaggingApp({ factors: true }))
const { client, config, keys, log } = app
const { tables, attempts } = config
const sources: ExportSources = {
  users: app.users,
  sessions: dynamodbSessionStore({ client, tableName: tables.sessions, log }),
  // Also with ACTIVITY_DAYS=0: there may be entries of before. No list depends on the number of days.
  activity: dynamodbActivityStore({ client, tableName: tables.activity, days: config.activityDays, log }),
  attempts: {
    keys,
    read: dynamodbAttemptReader({ client, tableName: tables.attempts }),
    limit: attempts.perAccount,
  },
}
const options = {
  scopes: ['admin:read'],
  fresh: true,
  renew: false,
  query: ['cursor'],
  seconds: BULK_DEADLINE_SECONDS,
} as const

/** Lambda returns at most 6 MB, of which a page of activity may need 1.5 MB. */
const MAX_SESSION_BYTES = 3_000_000

/**
 * GET /admin/users/{userId}/export: 200 `{user?, sessions?, rateLimits?, activity, cursor?}`, what the tables hold about a
 * user, also about a deleted one; 404 if that is nothing; 409 if the sessions are too many for a response. Does not renew.
 * Three reads, a Query of the sessions, two of the activity, a read for each counter and the write that records it.
 */
export const handler = userRoute(app, options, async ({ http, params, deadline, log }) => {
  const userId = userIdParam(params)
  const page = exportJson(await exportUser(sources, userId, activityCursor(http.query), deadline))
  if (page.sessions && Buffer.byteLength(JSON.stringify(page.sessions)) > MAX_SESSION_BYTES)
    throw new ConflictError(
      `The ${page.sessions.length} sessions of the user do not fit into a response. Run \`coatcheck users export ${userId}\`.`,
    )
  log(logEntry('authz_admin', { target: userId, action: 'export_user' }))
  return json(200, page)
})
