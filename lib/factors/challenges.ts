import type { Deadline } from '../deadline.ts'
import { ChallengeExpiredError, SecondFactorRequiredError } from '../errors.ts'
import type { Proof } from '../factor.ts'
import { newOneTimeSecret } from '../one-time-secret.ts'
import type { Scope } from '../scope.ts'
import { Secret } from '../secret.ts'
import { type Clock, type EpochSeconds, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { User, UserId } from '../user.ts'
import { methodsOf } from './methods.ts'

/** How long a sign-in waits for its second factor: ten minutes. */
const CHALLENGE_SECONDS = 600

/** A sign-in whose first factor is proven. It is used up by a mark, so that a repeated write knows its success. */
export interface Challenge {
  readonly userId: UserId
  /** The user's epoch when the first factor was proven: a revoke-all since then voids the challenge. */
  readonly epoch: number
  /** What is proven so far. */
  readonly proof: Proof
  /** The scopes and the label that the sign-in asked for. */
  readonly scopes?: readonly Scope[] | undefined
  readonly label?: string | undefined
  readonly expiresAt: EpochSeconds
}

/** Stores challenges by the hash of their secret. Every method throws UnavailableError if the datastore fails. */
export interface ChallengeStore {
  /** Adds a challenge under a fresh secret. One write. */
  put(secret: Secret, challenge: Challenge, deadline: Deadline): Promise<void>
  /** Returns a challenge that is not used and not expired; `undefined` otherwise. One strongly consistent read. */
  get(secret: Secret, now: EpochSeconds, deadline: Deadline): Promise<Challenge | undefined>
  /**
   * Uses a challenge up, if it is not used or was used with the same mark. One write.
   * @param mark a new random text for each request
   * @returns `false` if another request used it, or there is no such challenge
   */
  use(secret: Secret, mark: string, deadline: Deadline): Promise<boolean>
}

/** The operations on challenges; see `createChallenges`. */
export type Challenges = ReturnType<typeof createChallenges>

/** Creates the operations on the challenges of sign-ins that need a second factor. */
export function createChallenges({
  store,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: ChallengeStore
  clock?: Clock
  randomText?: RandomText
}) {
  return {
    /**
     * Makes the challenge of a sign-in whose first factor is proven. One write.
     * @param user as read before the first factor was verified
     * @returns the error that hands the challenge over
     */
    async begin(
      user: User,
      proof: Proof,
      { scopes, label }: Pick<Challenge, 'scopes' | 'label'>,
      deadline: Deadline,
    ): Promise<SecondFactorRequiredError> {
      const challenge = newOneTimeSecret(randomText)
      const expiresAt = clock() + CHALLENGE_SECONDS
      await store.put(challenge, { userId: user.id, epoch: user.epoch, proof, scopes, label, expiresAt }, deadline)
      return new SecondFactorRequiredError({ challenge, methods: methodsOf(user) }, { actor: user.id })
    },

    /** Returns the challenge of a secret. One read. @throws ChallengeExpiredError if it is unknown, used or expired. */
    async find(secretText: string, deadline: Deadline): Promise<Challenge> {
      const challenge = await store.get(new Secret(secretText), clock(), deadline)
      if (!challenge) throw new ChallengeExpiredError()
      return challenge
    },

    /** Uses a challenge up. One write. @throws ChallengeExpiredError if another request used it. */
    async use(secretText: string, deadline: Deadline): Promise<void> {
      if (!(await store.use(new Secret(secretText), randomText(ID_LENGTH), deadline))) throw new ChallengeExpiredError()
    },
  }
}
