import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { hashOneTimeSecret } from '../../lib/one-time-secret.ts'
import { Secret } from '../../lib/secret.ts'
import { openPostOffice, tokenIn } from '../../tests/support/post-office.ts'
import type { MailedLink } from './factor-requests.ts'
import { instant } from './history/operation.ts'
import { keepSecret, PEPPER } from './secrets.ts'
import type { AskingBrowser, MailedCode } from './sign-in-requests.ts'
import { TABLES } from './tables.ts'

/** The mails with a link that the proof follows. */
export type MailKind = 'password_reset' | 'email_change' | 'email_changed' | 'invitation'

/** Sends mails of the outbox as `functions/send-mail.ts` does, without a fault, and keeps them. */
export function openMails(client: DynamoDBClient) {
  const scan = async (TableName: string) =>
    (await client.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? []
  const { deliver, sent } = openPostOffice({ client, scan, ...TABLES }, undefined, new Secret(PEPPER))
  return {
    /** The link of the latest mail of a kind to an address; `undefined` without a request for one. */
    async linkTo(email: string, wanted: MailKind): Promise<MailedLink | undefined> {
      for (const { id, kind, email: to } of await scan(TABLES.outbox))
        if (kind?.S === wanted && to?.S === email) await deliver(id?.S ?? '')
      const mail = sent.findLast(({ to }) => to === email)
      return mail && { token: keepSecret(tokenIn(mail)), given: instant() }
    },
    /** The code for a browser that asked; `undefined` if its request was lost. */
    async codeOf(email: string, browser: AskingBrowser): Promise<MailedCode | undefined> {
      const wanted = hashOneTimeSecret(new Secret(browser))
      const order = (await scan(TABLES.outbox)).find(({ challenge }) => challenge?.S === wanted)
      if (!order) return undefined
      await deliver(order.id?.S ?? '')
      const mail = sent.findLast(({ to }) => to === email)
      return mail && { code: tokenIn(mail), given: instant() }
    },
  }
}
