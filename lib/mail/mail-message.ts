import type { EpochSeconds } from '../system.ts'
import type { Email } from '../user.ts'
import type { LinkBase, MailLink } from './mail-link.ts'

/** The languages of mails. */
export const MAIL_LOCALES = ['en', 'de'] as const
export type MailLocale = (typeof MAIL_LOCALES)[number]

/** The changes of a user's second factors. */
export const FACTORS_CHANGES = [
  'totp_added',
  'totp_removed',
  'passkey_added',
  'passkey_removed',
  'recovery_codes_replaced',
  'recovery_code_used',
  'reset_by_administrator',
  'identity_linked',
  'identity_unlinked',
] as const
export type FactorsChange = (typeof FACTORS_CHANGES)[number]

/** What each kind of mail needs besides its receiver. */
export interface MailContents {
  /** To an address that somebody wants to register; the link completes it. */
  readonly registration: { readonly link: MailLink }
  /** Instead of the one above if the address has an account already; the link leads to the sign-in page. */
  readonly account_exists: { readonly link: MailLink }
  /** Proves that the address of an account belongs to its user. */
  readonly verification: { readonly link: MailLink }
  /** To the new address of an account; the link makes the change. */
  readonly email_change: { readonly link: MailLink }
  /** To the address of an account when a change of it is asked for; the link leads to the page where a password is reset. */
  readonly email_change_requested: { readonly link: MailLink; readonly newEmail: Email }
  /** To the address that an account had before; the link undoes the change. */
  readonly email_changed: { readonly undoLink: MailLink; readonly newEmail: Email }
  /** To the address that an account has again; the link leads to the page where a password is reset. */
  readonly email_change_undone: { readonly link: MailLink }
  readonly password_reset: { readonly link: MailLink }
  readonly login_code: { readonly code: string; readonly link: MailLink }
  /** The link leads to the page where a password is reset. */
  readonly password_changed: { readonly link: MailLink }
  /** The link leads to the security page. */
  readonly factors_changed: { readonly change: FactorsChange; readonly link: MailLink }
  /** A sign-in from a device and network not seen before; the link leads to the security page. */
  readonly new_sign_in: {
    /** Such as `Firefox on Linux`. */
    readonly device: string
    readonly ip: string
    readonly at: EpochSeconds
    readonly link: MailLink
    /** Where the user turns these notices off; with it the mail has a `List-Unsubscribe` header. */
    readonly unsubscribeLink?: MailLink | undefined
  }
  /** @param invitedBy the name of an administrator */
  readonly invitation: { readonly link: MailLink; readonly invitedBy?: string | undefined }
}

export type MailKind = keyof MailContents

/** Whom a mail addresses. */
export interface MailReceiver {
  readonly to: Email
  /** The name of the user, if there is a user and the user has one. */
  readonly name?: string | undefined
  /** Default: that of the settings. */
  readonly locale?: MailLocale | undefined
}

/** A mail that is to be rendered. Its links must be made by `mailLink`. */
export type MailMessage = { [Kind in MailKind]: { readonly kind: Kind } & MailReceiver & MailContents[Kind] }[MailKind]

/** How all mails look, and where their links lead. */
export interface MailSettings extends LinkBase {
  /** The sender, such as `Example <auth@example.com>`. */
  readonly from: string
  /** The name of the product in subjects and texts. */
  readonly productName: string
  /** The colour of buttons, such as `#1d4ed8`. */
  readonly color: string
  readonly locale: MailLocale
}

/**
 * How long the secret of a mail is good, in seconds. Routes that make the secret use the same value, so that a mail
 * states what holds. Kinds that are absent have a link without a secret.
 */
export const MAIL_SECRET_SECONDS = {
  registration: 24 * 3600,
  verification: 24 * 3600,
  email_change: 24 * 3600,
  email_changed: 72 * 3600,
  password_reset: 3600,
  login_code: 600,
  invitation: 7 * 24 * 3600,
} as const satisfies Partial<Record<MailKind, number>>
