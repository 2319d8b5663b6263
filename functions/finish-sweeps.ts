import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { logEntry } from '../lib/audit.ts'
import { startDeadline } from '../lib/deadline.ts'
import { UnavailableError } from '../lib/errors.ts'
import { isUserId, type UserId } from '../lib/user.ts'
import { openApp } from './http/app.ts'

const { config, users, revocations, log } = openApp()

/**
 * The stream of the users table, keys alone: an end-all that was interrupted is finished, whoever signs in or not. One
 * read for each user of a batch, and a sweep where one is pending; all side by side, in at most twelve seconds. Answers
 * the first record that failed: from there on Lambda delivers again, and what is done already costs a read.
 */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const changed = new Map<UserId, string>()
  for (const record of Records) {
    const userId = userOf(record)
    if (userId && !changed.has(userId)) changed.set(userId, record.dynamodb?.SequenceNumber ?? '')
  }
  const finished = await Promise.all([...changed.keys()].map(finish))
  const firstFailed = [...changed.values()].find((_, index) => !finished[index])
  return { batchItemFailures: firstFailed === undefined ? [] : [{ itemIdentifier: firstFailed }] }
}

/** Whose item was written; `undefined` for pointers of emails, for deletions and for what cannot be a key of ours. */
function userOf({ eventName, dynamodb }: DynamoDBRecord): UserId | undefined {
  const pk = dynamodb?.Keys?.pk?.S ?? ''
  if (eventName === 'REMOVE' || pk.startsWith('email#')) return undefined
  const [, userId = ''] = /^user#(.*)$/s.exec(pk) ?? []
  if (isUserId(userId)) return userId
  // Skipped: no delivery after this one could read it either.
  log(logEntry('corrupt_item', { table: config.tables.users, sequenceNumber: dynamodb?.SequenceNumber }))
  return undefined
}

async function finish(userId: UserId): Promise<boolean> {
  try {
    const user = await users.get(userId, startDeadline())
    if (user) await revocations.finishPendingSweep(user)
    return true
  } catch (error) {
    log(logEntry(error instanceof UnavailableError ? 'unavailable' : 'sys_crash', { target: userId, error }))
    return false
  }
}
