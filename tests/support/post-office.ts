import { createEmailChange } from '../../lib/accounts/email-change.ts'
import { createEmailUndo } from '../../lib/accounts/email-undo.ts'
import { createEmailVerification } from '../../lib/accounts/email-verification.ts'
import { createInvitations } from '../../lib/accounts/invitations.ts'
import { createKnownDevices } from '../../lib/accounts/known-devices.ts'
import { createLoginCodes } from '../../lib/accounts/login-codes.ts'
import { createMailedRegistration } from '../../lib/accounts/mailed-registration.ts'
import { createPasswordReset } from '../../lib/accounts/password-reset.ts'
import { createRevocations } from '../../lib/accounts/revocations.ts'
import { createUsers } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbCodeChallengeStore } from '../../lib/dynamodb/code-challenge-store.ts'
import { dynamodbAttemptStore, dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { dynamodbInvitationStore } from '../../lib/dynamodb/invitation-store.ts'
import { dynamodbOutboxStore } from '../../lib/dynamodb/outbox-store.ts'
import { dynamodbTicketStore } from '../../lib/dynamodb/ticket-store.ts'
import type { Mail, Mailer } from '../../lib/mail/mailer.ts'
import { createPostman } from '../../lib/outbox/postman.ts'
import { createSuppressions } from '../../lib/outbox/suppressions.ts'
import type { LogEntry } from '../../lib/ports.ts'
import { Secret } from '../../lib/secret.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { createAttemptKeys } from '../../lib/throttling/attempt-keys.ts'
import type { TestTables } from './tables.ts'

const SETTINGS = {
  origin: 'https://auth.example.com',
  from: 'Example <auth@example.com>',
  productName: 'Example',
  color: '#1d4ed8',
  locale: 'en',
} as const

/** What `functions/send-mail.ts` does, on a test's own tables and with a mailer that keeps the mails. */
export function openPostOffice(
  tables: Omit<TestTables, 'get' | 'put'>,
  mailer?: Mailer,
  pepper = new Secret('p'.repeat(32)),
) {
  const { client } = tables
  const sent: Mail[] = []
  const log: LogEntry[] = []
  const store = dynamodbUserStore({ client, tableName: tables.users })
  const users = createUsers({ store })
  const sessions = createSessions({ store: dynamodbSessionStore({ client, tableName: tables.sessions }) })
  const attempts = { client, tableName: tables.attempts }
  const marks = { store: dynamodbAttemptStore(attempts), keys: createAttemptKeys(pepper) }
  const suppressions = createSuppressions(marks)
  const outbox = { client, tableName: tables.outbox }
  const postman = createPostman({
    outbox: dynamodbOutboxStore(outbox),
    mailer: mailer ?? { send: async (mail) => void sent.push(mail) },
    settings: SETTINGS,
    users,
    reset: createPasswordReset({ store, users, sessions }),
    registration: createMailedRegistration({ tickets: dynamodbTicketStore(attempts), users }),
    verification: createEmailVerification({ store, users }),
    emailChange: createEmailChange({ store, users, revocations: createRevocations({ store, users, sessions }) }),
    emailUndo: createEmailUndo({ store, users, sessions }),
    pause: async () => {},
    invitations: createInvitations({ store: dynamodbInvitationStore(outbox), users }),
    codes: createLoginCodes({ store: dynamodbCodeChallengeStore(attempts), users, pepper }),
    devices: createKnownDevices(marks),
    suppressions,
  })
  const deliver = (id: string) => postman.deliver(id, startDeadline(10), (entry) => void log.push(entry))
  return {
    log,
    sent,
    suppressions,
    deliver,
    /** Delivers what is in the outbox, and returns the mails of that. */
    async collect(): Promise<Mail[]> {
      sent.length = 0
      for (const { id } of await tables.scan(tables.outbox)) await deliver(id?.S ?? '')
      return [...sent]
    },
  }
}

/** The secret in the fragment of a mail's link. */
export function tokenIn(mail: Mail | undefined): string {
  const [, token = ''] = /#([\w-]+)/.exec(mail?.text ?? '') ?? []
  return token
}
