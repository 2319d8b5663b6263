import { defined } from '../../lib/defined.ts'
import { type LinkBase, mailLink } from '../../lib/mail/mail-link.ts'
import type { FactorsChange, MailLocale, MailMessage } from '../../lib/mail/mail-message.ts'
import type { Email } from '../../lib/user.ts'

const CHANGES: readonly FactorsChange[] = [
  'totp_added',
  'totp_removed',
  'passkey_added',
  'passkey_removed',
  'recovery_codes_replaced',
  'recovery_code_used',
  'reset_by_administrator',
]

/** A secret of the usual length that no service accepts. */
const SECRET = 'sample-secret-that-no-service-accepts-00000'
const AT = 1_796_040_000

/** One mail of each kind, and of each change of second factors. */
export function sampleMessages(base: LinkBase, to: Email, locale?: MailLocale): readonly MailMessage[] {
  const common = { to, name: 'Ada Lovelace', ...defined({ locale }) }
  const link = mailLink(base, '/#/sample/', SECRET)
  const page = mailLink(base, '/#/security')
  const newEmail = 'ada.new@example.com' as Email
  return [
    { kind: 'registration', to, ...defined({ locale }), link },
    { kind: 'account_exists', ...common, link: mailLink(base, '/') },
    { kind: 'verification', ...common, link },
    { kind: 'email_change', ...common, link },
    { kind: 'email_change_requested', ...common, link: page, newEmail },
    { kind: 'email_changed', ...common, undoLink: link, newEmail },
    { kind: 'email_change_undone', ...common, link: page },
    { kind: 'password_reset', ...common, link },
    { kind: 'login_code', ...common, code: '482913', link: mailLink(base, '/#/code/', '482913') },
    { kind: 'password_changed', ...common, link: page },
    ...CHANGES.map((change) => ({ kind: 'factors_changed', ...common, change, link: page }) as const),
    { kind: 'new_sign_in', ...common, device: 'Firefox on Linux', ip: '203.0.113.7', at: AT, link: page },
    { kind: 'invitation', to, ...defined({ locale }), invitedBy: 'Grace Hopper', link },
  ]
}
