import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { openPostOffice, tokenIn } from '../../tests/support/post-office.ts'
import type { MailedLink } from './factor-requests.ts'
import { instant } from './history/operation.ts'
import { keepSecret } from './secrets.ts'
import { TABLES } from './tables.ts'

/** The mails with a link that the proof follows. */
export type MailKind = 'password_reset' | 'email_change' | 'email_changed'

/** Sends mails of the outbox as `functions/send-mail.ts` does, without a fault, and keeps them. */
export function openMails(client: DynamoDBClient) {
  const scan = async (TableName: string) =>
    (await client.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? []
  const { deliver, sent } = openPostOffice({ client, scan, ...TABLES })
  return {
    /** The link of the latest mail of a kind to an address; `undefined` without a request for one. */
    async linkTo(email: string, wanted: MailKind): Promise<MailedLink | undefined> {
      for (const { id, kind, email: to } of await scan(TABLES.outbox))
        if (kind?.S === wanted && to?.S === email) await deliver(id?.S ?? '')
      const mail = sent.findLast(({ to }) => to === email)
      return mail && { token: keepSecret(tokenIn(mail)), given: instant() }
    },
  }
}
