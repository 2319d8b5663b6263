import type { Config } from '../../lib/config.ts'
import type { Environment } from '../../lib/environment.ts'
import { type MailConfig, parseMailConfig } from '../../lib/mail/mail-config.ts'
import { MAIL_LOCALES, type MailLocale } from '../../lib/mail/mail-message.ts'
import { UsageError } from '../command.ts'

/** In the links of a sample, if the environment has no origin. */
const SAMPLE_ORIGIN = 'https://auth.example.com'

/** The configuration of mail for samples. @throws ConfigError that lists every problem */
export function readMailConfig(environment: Environment, { origin, deployed }: Config): MailConfig | undefined {
  return parseMailConfig(environment, { origin: origin || SAMPLE_ORIGIN, deployed })
}

/** @throws UsageError for a language that mails do not have */
export function parseLocale(text: string | undefined): MailLocale | undefined {
  const locale = MAIL_LOCALES.find((each) => each === text)
  if (text !== undefined && !locale)
    throw new UsageError(`${JSON.stringify(text)} is no language of mails.`, `Give one of: ${MAIL_LOCALES.join(', ')}.`)
  return locale
}
