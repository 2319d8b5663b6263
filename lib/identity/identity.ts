import type { Deadline } from '../deadline.ts'
import type { UserId } from '../user.ts'

declare const brand: unique symbol

/** Names a subject at an issuer. */
export type IdentityKey = string & { readonly [brand]: 'IdentityKey' }

/** An issuer has no fragment, so the key can be read in one way only. */
export const identityKey = (issuer: string, subject: string): IdentityKey => `${issuer}#${subject}` as IdentityKey

/** The user whom an identity points at; the user item decides whether it counts. */
export interface IdentityPointer {
  readonly userId: UserId
  readonly claim: string
}

/**
 * Stores the pointers of identities. Every method throws UnavailableError if the datastore fails. Every implementation
 * passes the contract in `tests/contract/identity-store.ts`.
 */
export interface IdentityStore {
  /** Returns the identity's pointer, whether or not it counts. One strongly consistent read. */
  getIdentity(key: IdentityKey, deadline: Deadline): Promise<IdentityPointer | undefined>
  /**
   * Points the identity at a user if it is free, its pointer is the same one already, or has the claim `instead`. One
   * write; one read more if the condition fails and the engine does not return the stored pointer.
   * @param instead the claim of a pointer that does not count, just read
   * @returns the pointer now; `undefined` if it was taken a moment ago and is free again
   */
  claimIdentity(
    key: IdentityKey,
    pointer: IdentityPointer,
    instead: string | undefined,
    deadline: Deadline,
  ): Promise<IdentityPointer | undefined>
  /** Deletes the identity's pointer if it has this claim. One write. */
  releaseIdentity(key: IdentityKey, claim: string, deadline: Deadline): Promise<void>
}
