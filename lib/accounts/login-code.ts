import type { Deadline } from '../deadline.ts'
import type { Secret } from '../secret.ts'
import type { EpochSeconds } from '../system.ts'
import type { Email } from '../user.ts'

/** A sign-in that waits for the code of a mail. Its key is the hash of a secret that the browser's cookie has. */
export interface CodeChallenge {
  readonly email: Email
  /** Makes the codes of two sign-ins differ. */
  readonly salt: string
  readonly expiresAt: EpochSeconds
}

/** Stores the challenges of mailed codes. Every method throws UnavailableError if the datastore fails. */
export interface CodeChallengeStore {
  /** Adds a challenge under a fresh secret; never replaces one. One write. */
  put(secret: Secret, challenge: CodeChallenge, deadline: Deadline): Promise<void>
  /** Returns a challenge by the hash of its secret, unless it was used or has expired. One strongly consistent read. */
  get(hash: string, now: EpochSeconds, deadline: Deadline): Promise<CodeChallenge | undefined>
  /**
   * Takes a try before a code is compared, so that parallel guesses never exceed the limit. One write, which returns the
   * challenge. A repeated write may take two.
   * @returns `undefined` if no try is left, or the challenge was used, has expired or is unknown
   */
  takeTry(secret: Secret, limit: number, now: EpochSeconds, deadline: Deadline): Promise<CodeChallenge | undefined>
  /**
   * Uses a challenge up, if it is not used or was used with the same mark. One write.
   * @param mark a new random text for each request
   * @returns `false` if another request used it, or there is no such challenge
   */
  use(secret: Secret, mark: string, deadline: Deadline): Promise<boolean>
}
