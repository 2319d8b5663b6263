import type { Config } from '../config.ts'
import { ConfigError } from '../config-error.ts'
import { type ConfigReader, configReader } from '../config-reader.ts'
import type { Environment } from '../environment.ts'
import type { Secret } from '../secret.ts'
import { MAIL_LOCALES, type MailSettings } from './mail-message.ts'
import { parseSender } from './sender.ts'
import { smtpUrlFault } from './smtp-url.ts'

/** The configuration of the functions that send mail. */
export interface MailConfig {
  readonly mailer: 'ses' | 'smtp'
  readonly settings: MailSettings
  /** The configuration set of Amazon SES, which publishes bounces and complaints. */
  readonly configurationSet: string | undefined
  /** Local only: the URL of a stand-in for Amazon SES. */
  readonly endpoint: string | undefined
  /** The server and its credentials; only with the mailer `smtp`. */
  readonly smtpUrl: Secret | undefined
}

/** Refuses line breaks and other control characters, which could start another header. */
const PRODUCT_NAME = /^[^\p{Cc}\p{Zl}\p{Zp}<>]{1,64}$/u
const COLOR = /^#[\da-f]{6}$/i
const CONFIGURATION_SET = /^[\w-]{1,64}$/
/** As an API mapping's key may be, without what a link would have to escape. */
const BASE_PATH = /^(?=.{1,128}$)(\/(?!\.{1,2}(\/|$))[\w.-]+)+$/
const SHORTEST_URL = 'smtp://a'.length

/**
 * Reads the configuration of mail from environment variables, with the defaults in docs/configuration.md.
 * @param config the origin that links lead to, and whether the stage is deployed
 * @returns `undefined` without `MAILER`: then no mail is sent, and the routes that need one do not exist
 * @throws ConfigError that lists every problem
 */
export function parseMailConfig(
  env: Environment,
  { origin, deployed }: Pick<Config, 'origin' | 'deployed'>,
): MailConfig | undefined {
  if (!env.MAILER) return undefined
  const problems: string[] = []
  const read = configReader(env, problems)
  const mailer = read.choice('MAILER', 'ses', ['ses', 'smtp'])
  const smtpUrl = mailer === 'smtp' ? readSmtpUrl(read, problems) : undefined
  const from = env.MAIL_FROM || (deployed ? '' : 'Coatcheck <coatcheck@localhost>')
  if (!parseSender(from))
    problems.push(
      `\`MAIL_FROM\`: expected an address such as Example <auth@example.com>, got ${JSON.stringify(from)}; the mail service must accept it as a sender`,
    )
  const settings: MailSettings = {
    origin,
    basePath: read.text('BASE_PATH', '', BASE_PATH, 'a path such as /auth or /auth/v1, without a slash at its end'),
    from,
    productName: read.text('MAIL_PRODUCT_NAME', hostOf(origin), PRODUCT_NAME, 'a name of up to 64 characters'),
    color: read.text('MAIL_COLOR', '#1d4ed8', COLOR, 'a colour such as #1d4ed8'),
    locale: read.choice('MAIL_LOCALE', 'en', MAIL_LOCALES),
  }
  const configurationSet = read.text(
    'MAIL_CONFIGURATION_SET',
    '',
    CONFIGURATION_SET,
    'the name of a configuration set of Amazon SES',
  )
  if (problems.length > 0) throw new ConfigError(problems)
  return {
    mailer,
    settings,
    configurationSet: configurationSet || undefined,
    endpoint: (!deployed && env.MAIL_ENDPOINT) || undefined,
    smtpUrl,
  }
}

function readSmtpUrl(read: ConfigReader, problems: string[]): Secret | undefined {
  const url = read.secret('SMTP_URL', SHORTEST_URL)
  const fault = smtpUrlFault(url?.reveal() ?? '')
  if (fault) problems.push(`\`SMTP_URL\`: ${fault}`)
  return url
}

/** Command lines may have no origin. */
const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).hostname : 'Coatcheck')
