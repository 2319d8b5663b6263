import { createEmailChange } from '../../lib/accounts/email-change.ts'
import { createEmailUndo } from '../../lib/accounts/email-undo.ts'
import { createEmailVerification } from '../../lib/accounts/email-verification.ts'
import { createInvitations } from '../../lib/accounts/invitations.ts'
import { createKnownDevices } from '../../lib/accounts/known-devices.ts'
import { createLoginCodes } from '../../lib/accounts/login-codes.ts'
import { createMailedRegistration } from '../../lib/accounts/mailed-registration.ts'
import { createPasswordReset } from '../../lib/accounts/password-reset.ts'
import { defined } from '../../lib/defined.ts'
import { dynamodbCodeChallengeStore } from '../../lib/dynamodb/code-challenge-store.ts'
import { dynamodbInvitationStore } from '../../lib/dynamodb/invitation-store.ts'
import { dynamodbOutboxStore } from '../../lib/dynamodb/outbox-store.ts'
import { dynamodbTicketStore } from '../../lib/dynamodb/ticket-store.ts'
import { createPostman, type PostmanParts } from '../../lib/outbox/postman.ts'
import { createSuppressions } from '../../lib/outbox/suppressions.ts'
import type { TableNames } from '../../lib/table-names.ts'
import type { App } from './app.ts'
import { type Marking, marksOf } from './marks-of.ts'

interface Parts
  extends Marking,
    Pick<App, 'users' | 'userStore' | 'sessions' | 'revocations'>,
    Pick<PostmanParts, 'mailer' | 'settings' | 'pause'> {
  readonly tables: Pick<TableNames, 'attempts' | 'outbox'>
}

/** Opens the operation that sends the mails of the outbox, each kind with what makes its link or code. */
export function openPostman(parts: Parts) {
  const { client, tables, pepper, users, userStore: store, sessions, revocations, mailer, settings, pause } = parts
  const attempts = { client, tableName: tables.attempts }
  const outbox = { client, tableName: tables.outbox }
  const marks = marksOf(parts)
  return createPostman({
    mailer,
    settings,
    ...defined({ pause }),
    outbox: dynamodbOutboxStore(outbox),
    users,
    reset: createPasswordReset({ store, users, sessions }),
    registration: createMailedRegistration({ tickets: dynamodbTicketStore(attempts), users }),
    verification: createEmailVerification({ store, users }),
    emailChange: createEmailChange({ store, users, revocations }),
    emailUndo: createEmailUndo({ store, users, sessions }),
    invitations: createInvitations({ store: dynamodbInvitationStore(outbox), users }),
    codes: createLoginCodes({ store: dynamodbCodeChallengeStore(attempts), users, pepper }),
    devices: createKnownDevices(marks),
    suppressions: createSuppressions(marks),
  })
}
