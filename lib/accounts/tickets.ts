import type { Deadline } from '../deadline.ts'
import type { Secret } from '../secret.ts'
import type { EpochSeconds } from '../system.ts'
import type { Email } from '../user.ts'

/** What a mailed link that names no user is for. It is used up by a mark, so that a repeated write knows its success. */
export interface Ticket {
  readonly email: Email
  readonly expiresAt: EpochSeconds
}

/** Stores tickets by the hash of their secret. Every method throws UnavailableError if the datastore fails. */
export interface TicketStore {
  /** Adds a ticket under a fresh secret. One write. */
  put(secret: Secret, ticket: Ticket, deadline: Deadline): Promise<void>
  /** Returns a ticket that is not used and not expired; `undefined` otherwise. One strongly consistent read. */
  get(secret: Secret, now: EpochSeconds, deadline: Deadline): Promise<Ticket | undefined>
  /**
   * Uses a ticket up, if it is not used or was used with the same mark. One write.
   * @param mark a new random text for each request
   * @returns `false` if another request used it, or there is no such ticket
   */
  use(secret: Secret, mark: string, deadline: Deadline): Promise<boolean>
}
