import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { logEntry } from '../lib/audit.ts'
import { startDeadline } from '../lib/deadline.ts'
import { UnavailableError } from '../lib/errors.ts'
import { countMetric, writeMetrics } from '../lib/metrics.ts'
import type { Log } from '../lib/ports.ts'
import { isUserId, type UserId } from '../lib/user.ts'
import { requestLog } from '../middleware/request-log.ts'
import { openApp } from './http/app.ts'

const { config, users, revocations, log: processLog } = openApp()

/**
 * Finishes interrupted revocations of all sessions, from the stream of the users table (keys only). One read per user of
 * a batch, and a sweep where one is pending; all concurrently, in at most twelve seconds. Reports the first record that
 * failed: Lambda delivers from there again, and users that are finished already cost one read.
 */
export async function handler({ Records }: DynamoDBStreamEvent, context?: Context): Promise<DynamoDBBatchResponse> {
  const log = requestLog(processLog, {}, context)
  const changed = new Map<UserId, string>()
  for (const record of Records) {
    const userId = userOf(record, log)
    if (userId && !changed.has(userId)) changed.set(userId, record.dynamodb?.SequenceNumber ?? '')
  }
  const finished = await Promise.all([...changed.keys()].map((userId) => finish(userId, log)))
  const firstFailed = [...changed.values()].find((_, index) => !finished[index])
  countMetric('sweeps_pending', finished.filter((isFinished) => !isFinished).length)
  writeMetrics()
  return { batchItemFailures: firstFailed === undefined ? [] : [{ itemIdentifier: firstFailed }] }
}

/** The user of a changed item; `undefined` for email pointers, deletions and malformed keys. */
function userOf({ eventName, dynamodb }: DynamoDBRecord, log: Log): UserId | undefined {
  const pk = dynamodb?.Keys?.pk?.S ?? ''
  if (eventName === 'REMOVE' || pk.startsWith('email#')) return undefined
  const [, userId = ''] = /^user#(.*)$/s.exec(pk) ?? []
  if (isUserId(userId)) return userId
  // Skipped: a later delivery could not read it either.
  log(logEntry('corrupt_item', { table: config.tables.users, sequenceNumber: dynamodb?.SequenceNumber }))
  return undefined
}

async function finish(userId: UserId, log: Log): Promise<boolean> {
  try {
    const user = await users.get(userId, startDeadline())
    if (user) await revocations.finishPendingSweep(user)
    return true
  } catch (error) {
    log(logEntry(error instanceof UnavailableError ? 'unavailable' : 'sys_crash', { target: userId, error }))
    return false
  }
}
