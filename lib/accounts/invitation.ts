import type { Deadline } from '../deadline.ts'
import type { Scope } from '../scope.ts'
import type { EpochSeconds } from '../system.ts'
import type { Email, UserId } from '../user.ts'

declare const brand: unique symbol

/** The public id of an invitation, safe in URLs, lists and logs. */
export type InvitationId = string & { readonly [brand]: 'InvitationId' }

const INVITATION_ID = /^[\w-]{21}$/

/** Whether a text has the form of an invitation id: 21 characters from `A-Za-z0-9_-`. */
export const isInvitationId = (text: string): text is InvitationId => INVITATION_ID.test(text)

/** What used an invitation up. */
export const INVITATION_OUTCOMES = ['accepted', 'revoked'] as const
export type InvitationOutcome = (typeof INVITATION_OUTCOMES)[number]

/** An invitation to open an account, without its secret or the hash of that. */
export interface Invitation {
  readonly id: InvitationId
  readonly email: Email
  /** The name of the user, unless the user chooses another. */
  readonly name?: string | undefined
  /** The scopes that the user is granted. */
  readonly scopes: readonly Scope[]
  /** The administrator who invited. Absent: the command line. */
  readonly invitedBy?: UserId | undefined
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  /** Absent while the invitation is open. */
  readonly outcome?: InvitationOutcome | undefined
}

/** An invitation as its mail and its link need it. */
export interface SentInvitation extends Invitation {
  /** SHA-256 of the secret in the latest mail; absent before the first one. */
  readonly hash?: string | undefined
  /** Whether the latest mail was sent, or refused for good. */
  readonly isSettled: boolean
}

/** One page of invitations; the next page starts after `next`, which is absent on the last one. */
export interface InvitationPage {
  readonly invitations: readonly Invitation[]
  readonly next?: InvitationId
}

/**
 * Stores invitations. An invitation is used up by a mark and never deleted before it expires, so that a repeated write
 * knows its own success. Every method throws UnavailableError if the datastore fails.
 */
export interface InvitationStore {
  /** Adds an invitation under a fresh id, which orders its mail; never replaces one. One write. */
  put(invitation: Invitation, deadline: Deadline): Promise<void>
  /** Returns an invitation that has not expired. One strongly consistent read. */
  get(id: InvitationId, deadline: Deadline): Promise<SentInvitation | undefined>
  /**
   * Stores the hash of the secret that is about to be mailed, if the invitation is open. One write.
   * @returns `false` if the invitation was used, or there is none
   */
  arm(id: InvitationId, hash: string, deadline: Deadline): Promise<boolean>
  /** Records that the mail was sent, or refused for good. One write. */
  settle(id: InvitationId, deadline: Deadline): Promise<void>
  /**
   * Uses an open invitation up by the secret of its latest mail. One write.
   * @param mark a new random text for each request
   * @returns `false` if another request used it, a later mail was sent, or there is none
   */
  accept(id: InvitationId, hash: string, mark: string, deadline: Deadline): Promise<boolean>
  /**
   * Uses an open invitation up without an account. One write.
   * @returns what the invitation was used for now: `accepted` if that came first, `undefined` if there is none
   */
  revoke(id: InvitationId, mark: string, deadline: Deadline): Promise<InvitationOutcome | undefined>
  /**
   * Returns a page of the invitations that have not expired, in no meaningful order. One Scan per megabyte of the outbox,
   * which holds mails only until they are sent.
   */
  list(page: { limit: number; after?: InvitationId | undefined }, deadline: Deadline): Promise<InvitationPage>
}
