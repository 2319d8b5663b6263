import type { MailConfig } from './mail-config.ts'
import type { Mailer } from './mailer.ts'
import { type SesCall, sesMailer } from './ses-mailer.ts'
import { smtpMailer } from './smtp-mailer.ts'

/** What a mailer needs besides its configuration. */
export interface MailerParts {
  /** Calls Amazon SES; only for the mailer `ses` (`lib/dynamodb/ses-call.ts`). */
  readonly ses: SesCall
}

/** Creates the mailer that the configuration chooses. No call, no connection. */
export function createMailer(config: MailConfig, { ses }: MailerParts): Mailer {
  const { mailer, settings, configurationSet, smtpUrl } = config
  if (mailer === 'smtp' && smtpUrl) return smtpMailer({ url: smtpUrl, from: settings.from })
  return sesMailer({ call: ses, from: settings.from, configurationSet })
}
