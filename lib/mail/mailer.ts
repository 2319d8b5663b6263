import type { Deadline } from '../deadline.ts'
import type { Email } from '../user.ts'

/** A mail, as it is sent. `text` and `html` contain secrets: they are never logged. */
export interface Mail {
  readonly to: Email
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Further headers, such as `List-Unsubscribe`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends mails. The implementations are `ses-mailer.ts` and `smtp-mailer.ts`; `createMailer` chooses. */
export interface Mailer {
  /**
   * Sends one mail, in one attempt. After an UnavailableError the mail may have been sent all the same, so a caller that
   * repeats it may send it twice.
   * @throws UnavailableError if the service failed, was too busy or exceeded the deadline, or refuses this sender's
   *   credentials: a later attempt may succeed
   * @throws MailRejectedError if the service refuses the mail or its address: a later attempt fails, too
   */
  send(mail: Mail, deadline: Deadline): Promise<void>
}

/** A mail service refused a mail for good. Never reaches a response: no mail is sent while a request waits. */
export class MailRejectedError extends Error {
  override readonly name = 'MailRejectedError'
  /** What the service calls it, such as `MessageRejected` or `550`. */
  readonly reason: string
  /** `recipient`: the address is refused, so that further mails to it are, too. `mail`: the mail or its sender is. */
  readonly concerns: 'recipient' | 'mail'
  constructor(reason: string, concerns: 'recipient' | 'mail', options?: { cause: unknown }) {
    super(`The mail service refused the ${concerns} for good: ${reason}`, options)
    this.reason = reason
    this.concerns = concerns
  }
}
