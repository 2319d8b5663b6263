import type { Deadline } from '../deadline.ts'
import { UnavailableError } from '../errors.ts'
import { type Mail, type Mailer, MailRejectedError } from './mailer.ts'
import { formatSender, parseSender } from './sender.ts'

/** A response of Amazon SES. */
export interface SesResponse {
  readonly status: number
  readonly body: string
  /** The header `x-amzn-errortype`, such as `MessageRejected`. */
  readonly errorType: string | undefined
}

/** Sends a body to `SendEmail` of the SES API v2, in one signed request. @throws UnavailableError without a response */
export type SesCall = (body: string, deadline: Deadline) => Promise<SesResponse>

/** Options of `sesMailer`. */
export interface SesMailerOptions {
  readonly call: SesCall
  readonly from: string
  readonly configurationSet?: string | undefined
}

/**
 * Refusals that no later attempt changes, although their status is 400 or 404 for others, too: SES API v2 Reference,
 * "SendEmail", Errors. The others of these statuses are states of the operator's account, which ends: sending is paused,
 * the account is suspended, the quota of the day is used up.
 */
const PERMANENT: Readonly<Record<string, 'recipient' | 'mail'>> = {
  MessageRejected: 'mail',
  BadRequestException: 'mail',
  ValidationException: 'mail',
  MailFromDomainNotVerifiedException: 'mail',
  NotFoundException: 'mail', // the configuration set
}

/**
 * Creates a mailer on Amazon SES (API v2, `SendEmail` with simple content). A mail costs one request. Needs the right
 * `ses:SendEmail` on the sender's identity and on the configuration set.
 */
export function sesMailer({ call, from, configurationSet }: SesMailerOptions): Mailer {
  const sender = parseSender(from)
  const FromEmailAddress = sender ? formatSender(sender) : from
  return {
    async send(mail, deadline) {
      const body = { FromEmailAddress, ...toRequest(mail), ConfigurationSetName: configurationSet }
      const response = await call(JSON.stringify(body), deadline)
      if (response.status === 200) return
      throw toError(response)
    },
  }
}

function toRequest({ to, subject, text, html, headers = {} }: Mail) {
  const Charset = 'UTF-8'
  return {
    Destination: { ToAddresses: [to] },
    Content: {
      Simple: {
        Subject: { Data: subject, Charset },
        Body: { Text: { Data: text, Charset }, Html: { Data: html, Charset } },
        Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
      },
    },
  }
}

/** The message of SES is left out: it may repeat the receiver's address. */
function toError({ status, errorType }: SesResponse): Error {
  // Some services append a URL to the name: `MessageRejected:http://…`.
  const name = /^[A-Za-z]+/.exec(errorType ?? '')?.[0] ?? `status ${status}`
  const concerns = PERMANENT[name]
  if (concerns && status >= 400 && status < 500) return new MailRejectedError(name, concerns)
  return new UnavailableError(`Amazon SES did not send a mail: ${name}`)
}
