import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { timeoutEntry } from '../lib/activity/timeout-entry.ts'
import { logEntry } from '../lib/audit.ts'
import { startDeadline } from '../lib/deadline.ts'
import { toSessionChange } from '../lib/dynamodb/stream-record.ts'
import { UnavailableError } from '../lib/errors.ts'
import type { SessionSummary } from '../lib/events/change.ts'
import { countMetric, writeMetrics } from '../lib/metrics.ts'
import type { Log } from '../lib/ports.ts'
import { isUserId, type User, type UserId } from '../lib/user.ts'
import { requestIdOf, requestLog } from '../middleware/request-log.ts'
import { openApp } from './http/app.ts'
import { openActivityWriter, openRecorder } from './http/record-activity.ts'

const app = openApp()
const { config, users, revocations } = app
const activity = openActivityWriter(app)
const recorder = openRecorder(app)

/** What the records of one user lead to, and the place of the first of them. */
interface Task {
  readonly sequence: string
  readonly target: UserId
  readonly run: (user: User) => Promise<unknown>
}

/**
 * Finishes what requests leave behind, from the streams of two tables. Users table (keys only): interrupted revocations
 * of all sessions; one read per user of a batch, and a sweep where one is pending. Sessions table (deletions by TTL):
 * the activity of sessions that have timed out; one read and one write each, none with `ACTIVITY_DAYS=0`. All
 * concurrently, in at most fourteen seconds. Reports the first record that failed: Lambda delivers from there again, and
 * what is finished already costs one read, or the same write.
 */
export async function handler({ Records }: DynamoDBStreamEvent, context?: Context): Promise<DynamoDBBatchResponse> {
  const requestId = requestIdOf(context)
  const log = requestLog(recorder?.log ?? app.log, {}, context, requestId)
  const swept = new Set<UserId>()
  const tasks = Records.flatMap((record): Task[] => {
    const sequence = record.dynamodb?.SequenceNumber ?? ''
    if (record.dynamodb?.Keys?.sessionId) {
      const session = timedOutIn(record, log)
      if (!session) return []
      return [{ sequence, target: session.userId, run: (user) => recordTimeout(session, user) }]
    }
    const target = userOf(record, log)
    if (!target || swept.has(target)) return []
    swept.add(target)
    return [{ sequence, target, run: (user) => revocations.finishPendingSweep(user, log) }]
  })
  const done = await Promise.all(tasks.map((task) => finish(task, log)))
  await recorder?.flush(requestId, {}, startDeadline())
  const failed = tasks.filter((_, index) => !done[index])
  countMetric('sweeps_pending', failed.filter(({ target }) => swept.has(target)).length)
  writeMetrics()
  return { batchItemFailures: failed.slice(0, 1).map(({ sequence }) => ({ itemIdentifier: sequence })) }
}

/** The user of a changed item; `undefined` for pointers, deletions and malformed keys. */
function userOf({ eventName, dynamodb }: DynamoDBRecord, log: Log): UserId | undefined {
  const pk = dynamodb?.Keys?.pk?.S ?? ''
  if (eventName === 'REMOVE' || /^(email|oidc)#/.test(pk)) return undefined
  const [, userId = ''] = /^user#(.*)$/s.exec(pk) ?? []
  if (isUserId(userId)) return userId
  // Skipped: a later delivery could not read it either.
  log(logEntry('corrupt_item', { table: config.tables.users, sequenceNumber: dynamodb?.SequenceNumber }))
  return undefined
}

/** The session whose row DynamoDB's TTL has deleted; `undefined` for other records. */
function timedOutIn(record: DynamoDBRecord, log: Log): SessionSummary | undefined {
  if (!activity) return undefined
  try {
    const change = toSessionChange(record)
    return change?.kind === 'deleted' && change.isExpiry ? change.session : undefined
  } catch {
    const sequenceNumber = record.dynamodb?.SequenceNumber
    log(logEntry('corrupt_item', { table: config.tables.sessions, sequenceNumber }))
    return undefined
  }
}

/** Not if all sessions of the user were revoked before: the row was left by an interrupted sweep. */
async function recordTimeout(session: SessionSummary, user: User): Promise<void> {
  if (session.userEpoch >= user.epoch) await activity?.record([timeoutEntry(session)], startDeadline())
}

/** Does nothing for a user who is deleted: nothing may be written about one who was erased. */
async function finish({ target, run }: Task, log: Log): Promise<boolean> {
  try {
    const user = await users.get(target, startDeadline())
    if (user) await run(user)
    return true
  } catch (error) {
    log(logEntry(error instanceof UnavailableError ? 'unavailable' : 'sys_crash', { target, error }))
    return false
  }
}
