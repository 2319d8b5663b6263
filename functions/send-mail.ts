import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { logEntry } from '../lib/audit.ts'
import { ConfigError } from '../lib/config-error.ts'
import { BULK_DEADLINE_SECONDS, startDeadline } from '../lib/deadline.ts'
import { openSesCall } from '../lib/dynamodb/ses-call.ts'
import { ConflictError, UnavailableError } from '../lib/errors.ts'
import { createMailer } from '../lib/mail/create-mailer.ts'
import { countMetric, writeMetrics } from '../lib/metrics.ts'
import type { Log } from '../lib/ports.ts'
import { requestLog } from '../middleware/request-log.ts'
import { openApp, openMailConfig } from './http/app.ts'
import { pepperOf } from './http/attempts-of.ts'
import { openPostman } from './http/open-postman.ts'

const app = openApp({ pepper: true })
const { config, log: processLog } = app
const mail = openMailConfig(config)
if (!mail) throw new ConfigError(['`MAILER`: expected ses or smtp, got ""'])

const { tables } = config
const mailer = createMailer(mail, { ses: openSesCall(config, mail.endpoint) })
const postman = openPostman({ ...app, tables, pepper: pepperOf(app), mailer, settings: mail.settings })

/**
 * Sends the mails of the outbox, from its stream (keys only). Costs as `deliver` of `createPostman` for each, one after
 * the other, in at most ten seconds each. Reports the first record that failed: Lambda delivers from there again, and
 * mails that were sent cost one read.
 */
export async function handler({ Records }: DynamoDBStreamEvent, context?: Context): Promise<DynamoDBBatchResponse> {
  const log = requestLog(processLog, {}, context)
  const failed: DynamoDBRecord[] = []
  for (const record of Records) if (!(await deliver(record, log))) failed.push(record)
  writeMetrics()
  return {
    batchItemFailures: failed.slice(0, 1).map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? '' })),
  }
}

async function deliver({ eventName, dynamodb }: DynamoDBRecord, log: Log): Promise<boolean> {
  const id = dynamodb?.Keys?.id?.S
  if (eventName !== 'INSERT' || id === undefined) return true
  try {
    await postman.deliver(id, startDeadline(BULK_DEADLINE_SECONDS), log)
    return true
  } catch (error) {
    const isExpected = error instanceof UnavailableError || error instanceof ConflictError
    log(logEntry(isExpected ? 'unavailable' : 'sys_crash', { sequenceNumber: dynamodb?.SequenceNumber, error }))
    countMetric('mails_failed')
    return false
  }
}
