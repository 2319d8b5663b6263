import { setTimeout as sleep } from 'node:timers/promises'
import type { EmailChange, FormerAddress } from '../accounts/email-change.ts'
import type { EmailUndo } from '../accounts/email-undo.ts'
import type { EmailVerification } from '../accounts/email-verification.ts'
import type { Invitations } from '../accounts/invitations.ts'
import type { KnownDevices } from '../accounts/known-devices.ts'
import type { LoginCodes } from '../accounts/login-codes.ts'
import type { MailedRegistration } from '../accounts/mailed-registration.ts'
import type { PasswordReset } from '../accounts/password-reset.ts'
import type { Users } from '../accounts/users.ts'
import { logEntry } from '../audit.ts'
import { BULK_DEADLINE_SECONDS, type Deadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import { UnavailableError } from '../errors.ts'
import { deviceName } from '../mail/device-name.ts'
import { mailLink } from '../mail/mail-link.ts'
import type { MailMessage, MailSettings } from '../mail/mail-message.ts'
import { type Mailer, MailRejectedError } from '../mail/mailer.ts'
import { renderMail } from '../mail/render.ts'
import type { Log } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { type Clock, type EpochSeconds, systemClock } from '../system.ts'
import type { User } from '../user.ts'
import { OUTBOX_SECONDS, type OutboxItem, type OutboxStore } from './outbox.ts'
import type { Suppressions } from './suppressions.ts'

/** The parts of `createPostman`. */
export interface PostmanParts {
  readonly outbox: OutboxStore
  readonly mailer: Mailer
  readonly settings: MailSettings
  readonly users: Pick<Users, 'get'>
  readonly reset: Pick<PasswordReset, 'arm'>
  readonly registration: Pick<MailedRegistration, 'arm'>
  readonly verification: Pick<EmailVerification, 'arm'>
  readonly emailChange: Pick<EmailChange, 'arm'>
  readonly emailUndo: Pick<EmailUndo, 'arm'>
  readonly invitations: Pick<Invitations, 'arm' | 'settle'>
  readonly codes: Pick<LoginCodes, 'arm'>
  readonly devices: KnownDevices
  readonly suppressions: Suppressions
  readonly clock?: Clock
  /** Waits a moment for a change that is being written. Default: one second. */
  readonly pause?: () => Promise<void>
}

/** The longest that a change of address takes from the request of its mail to the write, and the skew of two clocks. */
const CHANGE_SECONDS = BULK_DEADLINE_SECONDS + 5
// Stryker disable next-line ArrowFunction: no test measures the pause
const oneSecond = () => sleep(1000)

/** The pages that links lead to. */
const PAGES = {
  signIn: '/',
  forgotten: '/link/forgotten-password',
  reset: '/link/reset-password',
  registration: '/link/complete-registration',
  verification: '/link/verify-email',
  emailChange: '/link/change-email',
  emailUndo: '/link/undo-email-change',
  invitation: '/link/accept-invitation',
  code: '/link/login-code',
} as const

/**
 * Creates the operation that sends a mail of the outbox: it looks the address up, makes the secret of the link, stores its
 * hash, renders and sends. A request that is delivered again makes another link, and the link of the latest mail works.
 */
export function createPostman(parts: PostmanParts) {
  const { outbox, mailer, settings, users, reset, registration, verification } = parts
  const { emailChange, emailUndo, invitations, codes, devices, suppressions } = parts
  const { clock = systemClock, pause = oneSecond } = parts
  const linkTo = (page: keyof typeof PAGES, token?: Secret) => mailLink(settings, PAGES[page], token?.reveal())
  const addressOf = ({ email: to, name }: Pick<User, 'email'> & { readonly name?: string | undefined }) => ({
    to,
    ...defined({ name }),
  })

  /** What to send; `undefined` if there is nobody to send it to. */
  async function messageOf(item: OutboxItem, deadline: Deadline): Promise<MailMessage | undefined> {
    switch (item.kind) {
      case 'password_reset': {
        const armed = await reset.arm(item.email, deadline)
        return armed && { kind: item.kind, ...addressOf(armed.user), link: linkTo('reset', armed.token) }
      }
      case 'registration': {
        const armed = await registration.arm(item.email, deadline)
        if ('token' in armed) return { kind: item.kind, to: item.email, link: linkTo('registration', armed.token) }
        return { kind: 'account_exists', ...addressOf(armed.user), link: linkTo('signIn') }
      }
      case 'verification': {
        const armed = await verification.arm(item.userId, deadline)
        return armed && { kind: item.kind, ...addressOf(armed.user), link: linkTo('verification', armed.token) }
      }
      case 'invitation': {
        const armed = await invitations.arm(item.invitationId, deadline)
        if (!armed) return undefined
        const { invitation, inviter, token } = armed
        const invitedBy = inviter?.name
        return { kind: item.kind, ...addressOf(invitation), link: linkTo('invitation', token), invitedBy }
      }
      case 'login_code': {
        const armed = await codes.arm(item.challenge, deadline)
        if (!armed) return undefined
        const { user, code } = armed
        return { kind: item.kind, ...addressOf(user), code: code.reveal(), link: linkTo('code', code) }
      }
      case 'new_sign_in': {
        if (!(await devices.isNew(item, deadline))) return undefined
        const user = await users.get(item.userId, deadline)
        const { kind, ip, at, userAgent } = item
        const device = deviceName(userAgent, settings.locale)
        return user && { kind, ip, at, device, ...addressOf(user), link: linkTo('signIn') }
      }
      case 'factors_changed': {
        const user = await users.get(item.userId, deadline)
        return user && { kind: item.kind, change: item.change, ...addressOf(user), link: linkTo('signIn') }
      }
      case 'email_change': {
        const armed = await emailChange.arm(item, deadline)
        const link = armed && linkTo('emailChange', armed.token)
        return link && { kind: item.kind, ...addressOf(armed.user), to: item.email, link }
      }
      case 'email_changed': {
        const armed = await armUndo(item, item.expiresAt - OUTBOX_SECONDS, deadline)
        if (!armed) return undefined
        const { email: newEmail } = armed.user
        const undoLink = linkTo('emailUndo', armed.token)
        return { kind: item.kind, ...addressOf(armed.user), to: armed.undo.email, newEmail, undoLink }
      }
      case 'email_change_requested': {
        const user = await users.get(item.userId, deadline)
        return user && { kind: item.kind, ...addressOf(user), newEmail: item.email, link: linkTo('forgotten') }
      }
      case 'password_changed':
      case 'email_change_undone': {
        const user = await users.get(item.userId, deadline)
        return user && { kind: item.kind, ...addressOf(user), link: linkTo('forgotten') }
      }
    }
  }

  return {
    /**
     * Sends one mail of the outbox and removes the request, or marks an invitation; does nothing if it was sent or has expired. One read, those of
     * the link, one read of the address's suppression, one call of the mail service and one write.
     * @throws UnavailableError, ConflictError if the mail could not be sent: deliver the request again
     */
    async deliver(id: string, deadline: Deadline, log: Log): Promise<void> {
      const item = await outbox.get(id, deadline)
      if (!item) return
      const message = await messageOf(item, deadline)
      if (message) await send(message, deadline, log)
      if (item.kind === 'new_sign_in') await devices.remember(item, deadline) // after the mail, which may be repeated
      if (item.kind === 'invitation') await invitations.settle(item.invitationId, deadline)
      else await outbox.delete(id, deadline)
    },
  }

  /** The request of an undo is there before the change, and must not be lost if its mail is due before the change is. */
  async function armUndo(former: FormerAddress, requestedAt: EpochSeconds, deadline: Deadline) {
    const armed = await emailUndo.arm(former, deadline)
    if (armed !== 'pending') return armed
    await pause()
    const again = await emailUndo.arm(former, deadline)
    if (again !== 'pending') return again
    if (clock() - requestedAt > CHANGE_SECONDS) return undefined // it was interrupted; the next try makes another request
    throw new UnavailableError('The change of address is not written yet')
  }

  async function send(message: MailMessage, deadline: Deadline, log: Log): Promise<void> {
    const { kind, to } = message
    if (await suppressions.has(to, deadline)) return log(logEntry('mail_refused', { kind, reason: 'suppressed' }))
    try {
      await mailer.send(renderMail(message, settings), deadline)
      log(logEntry('mail_sent', { kind }))
    } catch (error) {
      if (!(error instanceof MailRejectedError)) throw error
      log(logEntry('mail_refused', { kind, reason: error.reason }))
      if (error.concerns === 'recipient') await suppressions.add(to, deadline)
    }
  }
}
