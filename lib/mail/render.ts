import { withoutInvisible } from '../typed-text.ts'
import { isMailLink } from './mail-link.ts'
import { MAIL_SECRET_SECONDS, type MailLocale, type MailMessage, type MailSettings } from './mail-message.ts'
import type { Mail } from './mailer.ts'
import { de } from './templates/de.ts'
import { en } from './templates/en.ts'
import { layOut } from './templates/html.ts'
import type { MailContext, Template, Wording } from './wording.ts'

const TEMPLATES: Readonly<Record<MailLocale, Template>> = { en, de }

/**
 * Renders a mail as plain text and as HTML; whatever comes from people is escaped. A name that a mail program could show
 * as a link is left out, so that nobody can send advertisements to strangers through the name of an account.
 * @throws TypeError if a link does not start with the settings' origin and base path, or has a query
 */
export function renderMail(given: MailMessage, settings: MailSettings): Mail {
  const { color } = settings
  const home = `${settings.origin}${settings.basePath ?? ''}`
  const message = clean(given)
  const locale = message.locale ?? settings.locale
  const productName = withoutInvisible(settings.productName)
  const template = TEMPLATES[locale]
  const link = message.kind === 'email_changed' ? message.undoLink : message.link
  const unsubscribeLink = message.kind === 'new_sign_in' ? message.unsubscribeLink : undefined
  for (const each of [link, unsubscribeLink ?? link])
    if (!isMailLink(each, settings)) throw new TypeError(`A link of the mail ${message.kind} does not lead to ${home}`)

  const words = wordsOf(message, template, contextOf(message, locale, productName))
  const { subject, paragraphs, action, validity, otherwise } = words
  const code = message.kind === 'login_code' ? message.code : undefined
  const notes = [validity, otherwise].filter((note) => note !== undefined)
  const footer = template.footer(productName)
  const all = [template.greeting(message.name), ...paragraphs]
  const unsubscribe = unsubscribeLink && { label: template.unsubscribe, link: unsubscribeLink }
  const text = [
    ...all,
    ...(code === undefined ? [] : [`    ${code}`]),
    `${action}:\n${link}`,
    ...notes,
    `-- \n${footer}\n${home}${unsubscribe ? `\n${unsubscribe.label} ${unsubscribe.link}` : ''}`,
  ].join('\n\n')
  const parts = { locale, subject, productName, color, origin: home, code, action, link, notes, footer, unsubscribe }
  return {
    to: message.to,
    subject,
    text: `${text}\n`,
    html: layOut({ ...parts, paragraphs: all, copyLink: template.copyLink }),
    headers: {
      'Auto-Submitted': 'auto-generated', // RFC 3834 §5: no out-of-office replies
      ...(unsubscribeLink && { 'List-Unsubscribe': `<${unsubscribeLink}>` }), // RFC 2369 §3.2
    },
  }
}

function wordsOf<Kind extends MailMessage['kind']>(
  message: Extract<MailMessage, { kind: Kind }>,
  { words }: Template,
  context: MailContext,
): Wording {
  return words[message.kind as Kind](message, context)
}

function contextOf({ kind }: MailMessage, locale: MailLocale, productName: string): MailContext {
  const seconds = kind in MAIL_SECRET_SECONDS ? MAIL_SECRET_SECONDS[kind as keyof typeof MAIL_SECRET_SECONDS] : 0
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  return {
    productName,
    lifetime: formatDuration(seconds, locale),
    formatTime: (at) => `${format.format(at * 1000)} UTC`,
  }
}

/** Such as `72 hours`, `7 days`, `1 hour`, `10 minutes`. */
function formatDuration(seconds: number, locale: MailLocale): string {
  const [unit, size] = seconds >= 96 * 3600 ? ['day', 86_400] : seconds >= 3600 ? ['hour', 3600] : ['minute', 60]
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / size)
}

const LONGEST_NAME = 64
/** Mail programs make links of these even without `http`. */
const LINK_LIKE = /[/\\:@]|\.\p{L}/u

/** The message without what could mislead: names that look like links, line breaks and invisible characters. */
function clean(message: MailMessage): MailMessage {
  const name = plainName(message.name)
  if (message.kind === 'invitation') return { ...message, name, invitedBy: plainName(message.invitedBy) }
  if (message.kind !== 'new_sign_in') return { ...message, name }
  return { ...message, name, device: withoutInvisible(message.device), ip: withoutInvisible(message.ip) }
}

function plainName(name: string | undefined): string | undefined {
  const text = withoutInvisible(name ?? '').trim()
  return text === '' || text.length > LONGEST_NAME || LINK_LIKE.test(text) ? undefined : text
}
