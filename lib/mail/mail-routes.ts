import type { ConfigReader } from '../config-reader.ts'

/** What the configuration says about the routes that send mail, or use a mailed link. */
export interface MailRoutes {
  /** `mail`: an account is made when the link in a mail is used. */
  readonly registration: 'open' | 'mail' | 'closed'
  /** How mail is sent; `undefined`: these routes do not exist. */
  readonly mailer: 'ses' | 'smtp' | undefined
  /** Whether users may sign in by a mailed code. */
  readonly loginCode: boolean
  /** Whether users are told of sign-ins from a device and a network that are new to them. */
  readonly signInMails: boolean
  /** The header that a request for mail must have, set by the trusted proxy. */
  readonly mailGuard: { readonly header: string; readonly value: string } | undefined
}

const GUARD = /^[a-z][\w-]{0,63}=[\x21-\x7e]{1,64}$/i

/**
 * Reads `MAILER`, `REGISTRATION`, `LOGIN_CODE`, `SIGN_IN_MAILS` and `MAIL_GUARD`. The guard is such as `x-amzn-waf-captcha=passed`: AWS WAF, or another
 * proxy, sets the header once a visitor has passed a CAPTCHA, and replaces one of the same name that the visitor sent.
 * @param hasProxy whether requests past the proxy are told apart (`ORIGIN_VERIFY_SECRET`)
 */
export function readMailRoutes(
  read: ConfigReader,
  { deployed, hasProxy }: { deployed: boolean; hasProxy: boolean },
  problems: string[],
): MailRoutes {
  const mailer = read.choice('MAILER', '', ['', 'ses', 'smtp']) || undefined
  const openDefault = mailer ? 'mail' : 'open'
  const registration = read.choice('REGISTRATION', deployed ? 'closed' : openDefault, ['open', 'mail', 'closed'])
  if (registration === 'mail' && !mailer)
    problems.push('`REGISTRATION`: expected open or closed as long as `MAILER` is not set, got "mail"')
  const loginCode = read.choice('LOGIN_CODE', 'off', ['on', 'off']) === 'on'
  if (loginCode && !mailer && deployed)
    problems.push('`LOGIN_CODE`: expected off as long as `MAILER` is not set, got "on"')
  const signInMails = read.choice('SIGN_IN_MAILS', 'off', ['on', 'off']) === 'on' && mailer !== undefined
  const guard = read.text('MAIL_GUARD', '', GUARD, 'a header and its value such as x-amzn-waf-captcha=passed')
  if (guard && !hasProxy)
    problems.push('`MAIL_GUARD`: expected `ORIGIN_VERIFY_SECRET` too; without it any client could set the header')
  const [header = '', value = ''] = guard.split(/=(.*)/s)
  // Locally the mailbox is the mailer, whatever the environment says.
  return {
    registration,
    mailer,
    loginCode: loginCode && mailer !== undefined,
    signInMails,
    mailGuard: guard ? { header: header.toLowerCase(), value } : undefined,
  }
}
