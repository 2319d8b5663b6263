import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { createEmailChange } from '../lib/accounts/email-change.ts'
import { createEmailUndo } from '../lib/accounts/email-undo.ts'
import { createEmailVerification } from '../lib/accounts/email-verification.ts'
import { createInvitations } from '../lib/accounts/invitations.ts'
import { createKnownDevices } from '../lib/accounts/known-devices.ts'
import { createLoginCodes } from '../lib/accounts/login-codes.ts'
import { createMailedRegistration } from '../lib/accounts/mailed-registration.ts'
import { createPasswordReset } from '../lib/accounts/password-reset.ts'
import { logEntry } from '../lib/audit.ts'
import { ConfigError } from '../lib/config-error.ts'
import { BULK_DEADLINE_SECONDS, startDeadline } from '../lib/deadline.ts'
import { dynamodbCodeChallengeStore } from '../lib/dynamodb/code-challenge-store.ts'
import { dynamodbAttemptStore } from '../lib/dynamodb/index.ts'
import { dynamodbInvitationStore } from '../lib/dynamodb/invitation-store.ts'
import { dynamodbOutboxStore } from '../lib/dynamodb/outbox-store.ts'
import { openSesCall } from '../lib/dynamodb/ses-call.ts'
import { dynamodbTicketStore } from '../lib/dynamodb/ticket-store.ts'
import { ConflictError, UnavailableError } from '../lib/errors.ts'
import { createMailer } from '../lib/mail/create-mailer.ts'
import { countMetric, writeMetrics } from '../lib/metrics.ts'
import { createPostman } from '../lib/outbox/postman.ts'
import { createSuppressions } from '../lib/outbox/suppressions.ts'
import type { Log } from '../lib/ports.ts'
import { createAttemptKeys } from '../lib/throttling/attempt-keys.ts'
import { requestLog } from '../middleware/request-log.ts'
import { openApp, openMailConfig } from './http/app.ts'
import { pepperOf } from './http/attempts-of.ts'

const app = openApp({ pepper: true })
const { config, client, users, userStore: store, sessions, revocations, log: processLog } = app
const mail = openMailConfig(config)
if (!mail) throw new ConfigError(['`MAILER`: expected ses or smtp, got ""'])

const attemptsTable = { client, tableName: config.tables.attempts }
const outboxTable = { client, tableName: config.tables.outbox }
const marks = { store: dynamodbAttemptStore(attemptsTable), keys: createAttemptKeys(pepperOf(app)) }
const postman = createPostman({
  outbox: dynamodbOutboxStore(outboxTable),
  mailer: createMailer(mail, { ses: openSesCall(config, mail.endpoint) }),
  settings: mail.settings,
  users,
  reset: createPasswordReset({ store, users, sessions }),
  registration: createMailedRegistration({ tickets: dynamodbTicketStore(attemptsTable), users }),
  verification: createEmailVerification({ store, users }),
  emailChange: createEmailChange({ store, users, revocations }),
  emailUndo: createEmailUndo({ store, users, sessions }),
  invitations: createInvitations({ store: dynamodbInvitationStore(outboxTable), users }),
  codes: createLoginCodes({ store: dynamodbCodeChallengeStore(attemptsTable), users, pepper: pepperOf(app) }),
  devices: createKnownDevices(marks),
  suppressions: createSuppressions(marks),
})

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
