import type { Deadline } from '../deadline.ts'
import type { EpochSeconds } from '../system.ts'

/** What is used once: a token that was exchanged, the authentication of a request, an event. */
export type UsedTokenKind = 'exchange' | 'revocation' | 'signal'

/**
 * Remembers what providers have signed and what took effect, by hash. Every method throws UnavailableError if the datastore
 * fails. Every implementation passes the contract in `tests/contract/identity-stores.ts`.
 */
export interface UsedTokenStore {
  /**
   * Uses a token up, if it is not used or was used with the same mark. One write.
   * @param name what identifies the token, without its signature: a signature may have several forms
   * @param mark the same for a repeated request that may succeed again, otherwise a new random text
   * @param until when the token is not accepted any more, and is forgotten
   * @returns `false` if another request used it
   */
  use(kind: UsedTokenKind, name: string, mark: string, until: EpochSeconds, deadline: Deadline): Promise<boolean>
  /** Whether a token was used. One strongly consistent read. */
  isUsed(kind: UsedTokenKind, name: string, deadline: Deadline): Promise<boolean>
}
