import type { Deadline } from './deadline.ts'
import type { EpochSeconds } from './system.ts'
import type { UserId } from './user.ts'

/** The sign-in at a provider that a session stems from. */
export interface ProviderSession {
  readonly issuer: string
  readonly subject: string
  /** The provider's own session, if the ID token names it. */
  readonly sid?: string
  /** When the ID token was issued. */
  readonly issuedAt: EpochSeconds
}

/**
 * Stores what providers say about the end of their sessions. Every method throws UnavailableError if the datastore fails.
 * Every implementation passes the contract in `tests/contract/provider-session-store.ts`.
 */
export interface ProviderSessionStore {
  /**
   * Ties the provider's session to a user, for a later logout, and tells whether it may be used: the provider has ended
   * neither it, nor all sessions of the subject since the ID token. Call it once the session's row is written. One write
   * if the ID token names a session, and one read.
   */
  tie(session: ProviderSession, userId: UserId, deadline: Deadline): Promise<boolean>
  /**
   * Marks a session of the provider as ended, also one that nobody has signed in by yet. One write.
   * @returns the users who were tied to it
   */
  endSession(issuer: string, sid: string, deadline: Deadline): Promise<UserId[]>
  /** Marks all of a subject's sessions of up to now as ended; an earlier time changes nothing. One write. */
  endSubject(issuer: string, subject: string, until: EpochSeconds, deadline: Deadline): Promise<void>
}
