import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { tableNames } from '../../local/table-settings.ts'
import { openPostOffice, tokenIn } from '../../tests/support/post-office.ts'
import type { MailedLink } from './factor-requests.ts'
import { instant } from './history/operation.ts'
import { keepSecret } from './secrets.ts'

const TABLES = tableNames('coatcheck-local')

/** Sends mails of the outbox as `functions/send-mail.ts` does, without a fault, and keeps them. */
export function openMails(client: DynamoDBClient) {
  const scan = async (TableName: string) =>
    (await client.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? []
  const { deliver, sent } = openPostOffice({ client, scan, ...TABLES })
  return {
    /** The link of the latest reset mail to an address; `undefined` without a request for one. */
    async resetLink(email: string): Promise<MailedLink | undefined> {
      for (const { id, kind, email: to } of await scan(TABLES.outbox))
        if (kind?.S === 'password_reset' && to?.S === email) await deliver(id?.S ?? '')
      const mail = sent.findLast(({ to }) => to === email)
      return mail && { token: keepSecret(tokenIn(mail)), given: instant() }
    },
  }
}
