import type { Deadline } from '../deadline.ts'
import type { Email } from '../user.ts'
import { type CountingParts, createCounting } from './counting.ts'
import { sourcesOf } from './sources.ts'

/** The window of the mails to one address: an hour. */
const ADDRESS_WINDOW_SECONDS = 3600

/** The budgets of mails and of the links in them; see `createMailBudgets`. */
export type MailBudgets = ReturnType<typeof createMailBudgets>

/**
 * Creates the budgets of the routes that send mail, and of those that use a mailed link, which anyone can call. Addresses
 * are counted as typed, whether or not they have an account.
 */
export function createMailBudgets(parts: CountingParts) {
  const { mailsPerAddress, mailsPerSource, linksPerSource } = parts.limits
  const { keyOf, accountTag, reserveAll, sourceCounts } = createCounting(parts)
  const perAddress = { limit: mailsPerAddress, windowSeconds: ADDRESS_WINDOW_SECONDS, windowDoubles: false }

  return {
    /** A keyed hash that stands for an address in the log. */
    accountTag,

    /**
     * Counts a mail to an address in the budgets of source and address; it is never released. Two writes; three for IPv6,
     * and one more per released count if a budget is used up.
     * @throws TooManyAttemptsError if a budget is used up.
     */
    async reserveMail(email: Email, ip: string, deadline: Deadline): Promise<void> {
      // Stryker disable StringLiteral: any text works if no two kinds of key share it
      const sources = sourceCounts('mail', mailsPerSource, sourcesOf(ip))
      const address = { key: keyOf('mail-to', email), budget: perAddress, kind: 'account' } as const
      // Stryker restore StringLiteral
      await reserveAll([...sources, address], { at: 'mail', account: accountTag(email) }, deadline)
    },

    /**
     * Counts a request that presents a mailed link. One write; two for IPv6.
     * @throws TooManyAttemptsError if the source's budget is used up.
     */
    async reserveLink(ip: string, deadline: Deadline): Promise<void> {
      // Stryker disable next-line StringLiteral: any text works if no two kinds of key share it
      await reserveAll(sourceCounts('link', linksPerSource, sourcesOf(ip)), { at: 'link' }, deadline)
    },
  }
}
