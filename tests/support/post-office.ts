import { marksOf } from '../../functions/http/marks-of.ts'
import { openPostman } from '../../functions/http/open-postman.ts'
import { createRevocations } from '../../lib/accounts/revocations.ts'
import { createUsers } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import type { MailSettings } from '../../lib/mail/mail-message.ts'
import type { Mail, Mailer } from '../../lib/mail/mailer.ts'
import { createSuppressions } from '../../lib/outbox/suppressions.ts'
import type { LogEntry } from '../../lib/ports.ts'
import { Secret } from '../../lib/secret.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
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
  settings: Partial<MailSettings> = {},
) {
  const { client } = tables
  const sent: Mail[] = []
  const log: LogEntry[] = []
  const userStore = dynamodbUserStore({ client, tableName: tables.users })
  const users = createUsers({ store: userStore })
  const sessions = createSessions({ store: dynamodbSessionStore({ client, tableName: tables.sessions }) })
  const revocations = createRevocations({ store: userStore, users, sessions })
  const postman = openPostman({
    ...{ client, tables, pepper, users, userStore, sessions, revocations, settings: { ...SETTINGS, ...settings } },
    mailer: mailer ?? { send: async (mail) => void sent.push(mail) },
    pause: async () => {},
  })
  const deliver = (id: string) => postman.deliver(id, startDeadline(10), (entry) => void log.push(entry))
  return {
    log,
    sent,
    suppressions: createSuppressions(marksOf({ client, tables, pepper })),
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
