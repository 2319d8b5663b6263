import { UnavailableError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { type Mail, type Mailer, MailRejectedError } from './mailer.ts'
import { parseSender } from './sender.ts'
import { parseSmtpUrl } from './smtp-url.ts'

/** Options of `smtpMailer`. */
export interface SmtpMailerOptions {
  /** A URL that `smtpUrlFault` accepts. */
  readonly url: Secret
  readonly from: string
}

/** What nodemailer adds to an error. */
interface SmtpError extends Error {
  readonly code?: string
  readonly responseCode?: number
  readonly command?: string
}

/** Limits of a connection that no deadline has ended: it is not used again. */
const CONNECTION_TIMEOUT_MS = 5_000
const SOCKET_TIMEOUT_MS = 10_000

/**
 * Creates a mailer on an SMTP server (RFC 6409). Each mail has a connection of its own, since a frozen Lambda environment
 * would lose an idle one. Without TLS it connects only to this machine. nodemailer is loaded with the first mail.
 */
export function smtpMailer({ url, from }: SmtpMailerOptions): Mailer {
  const { host, port, secure, isLocal, auth } = parseSmtpUrl(url.reveal())
  const { address = from, name = '' } = parseSender(from) ?? {}
  return {
    async send(mail, deadline) {
      await deadline.run(async (signal) => {
        const { createTransport } = await import('nodemailer')
        const transport = createTransport({
          host,
          port,
          secure,
          requireTLS: !secure && !isLocal,
          ignoreTLS: isLocal,
          ...(auth && { auth: { ...auth } }),
          connectionTimeout: CONNECTION_TIMEOUT_MS,
          greetingTimeout: CONNECTION_TIMEOUT_MS,
          socketTimeout: SOCKET_TIMEOUT_MS,
          disableFileAccess: true,
          disableUrlAccess: true,
        })
        try {
          await transport.sendMail({ ...toOptions(mail, { name, address }), signal })
        } catch (error) {
          throw toError(error as SmtpError)
        } finally {
          transport.close()
        }
      })
    },
  }
}

function toOptions({ to, subject, text, html, headers = {} }: Mail, from: { name: string; address: string }) {
  return { from, to: { name: '', address: to }, subject, text, html, headers: { ...headers } }
}

/** Refusals of the sender's credentials, which the operator can correct (RFC 4954 §6). */
const AUTHENTICATION = [530, 534, 535, 538]

/** 5yz is a permanent refusal (RFC 5321 §4.2.1). The server's text is left out: it may repeat the receiver's address. */
function toError(error: SmtpError): Error {
  const { code = 'unknown error', responseCode = 0, command = '' } = error
  if (responseCode >= 500 && /^(RCPT|MAIL|DATA)/.test(command) && !AUTHENTICATION.includes(responseCode))
    return new MailRejectedError(String(responseCode), command.startsWith('RCPT') ? 'recipient' : 'mail')
  return new UnavailableError(`The SMTP server did not take a mail: ${code}${responseCode ? ` ${responseCode}` : ''}`)
}
