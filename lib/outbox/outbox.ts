import type { AskedChange, FormerAddress } from '../accounts/email-change.ts'
import type { InvitationId } from '../accounts/invitation.ts'
import type { NoticedSignIn } from '../accounts/known-devices.ts'
import type { Deadline } from '../deadline.ts'
import type { FactorsChange } from '../mail/mail-message.ts'
import type { EpochSeconds } from '../system.ts'
import type { Email, UserId } from '../user.ts'

/**
 * A mail that is to be sent. It holds no secret and no rendered text: `send-mail` makes the secret of a link when it sends
 * the mail. Mails to an address that may have no account name the address alone, as it was typed.
 */
export type MailRequest =
  | { readonly kind: 'password_reset' | 'registration'; readonly email: Email }
  | { readonly kind: 'verification' | 'password_changed' | 'email_change_undone'; readonly userId: UserId }
  | ({ readonly kind: 'email_change' } & AskedChange)
  | ({ readonly kind: 'email_change_requested' } & Omit<AskedChange, 'epoch'>)
  | ({ readonly kind: 'email_changed' } & FormerAddress)
  /** @param challenge the name of the challenge, from which no secret follows */
  | { readonly kind: 'login_code'; readonly challenge: string }
  | ({ readonly kind: 'new_sign_in'; readonly at: EpochSeconds } & NoticedSignIn)
  | { readonly kind: 'factors_changed'; readonly userId: UserId; readonly change: FactorsChange }

/** An order that is an item of its own kind in the outbox, and stays there when its mail is sent. */
export type InvitationOrder = { readonly kind: 'invitation'; readonly invitationId: InvitationId }

/** A mail that could not be sent for a day no longer helps anybody. */
export const OUTBOX_SECONDS = 86_400

/** A request of the outbox. */
export type OutboxItem = (MailRequest | InvitationOrder) & {
  readonly id: string
  /** When it is given up; the table's TTL attribute. */
  readonly expiresAt: EpochSeconds
}

/** Stores the mails that are to be sent. Every method throws UnavailableError if the datastore fails. */
export interface OutboxStore {
  /** Adds a request. One write. */
  put(request: MailRequest, deadline: Deadline): Promise<void>
  /** Returns a request; `undefined` if it was sent, or has expired. One strongly consistent read. */
  get(id: string, deadline: Deadline): Promise<OutboxItem | undefined>
  /** Removes a request that was sent. One write. */
  delete(id: string, deadline: Deadline): Promise<void>
}
