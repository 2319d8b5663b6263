import { hash } from 'node:crypto'
import type { Deadline } from '../deadline.ts'
import { ChallengeExpiredError } from '../errors.ts'
import { Secret } from '../secret.ts'
import { type Clock, type EpochSeconds, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { UserId } from '../user.ts'

/** How long an authenticator has to answer: ten minutes. */
export const PASSKEY_SECONDS = 600
/** 264 random bits; WebAuthn §13.4.3 demands 128. Whole bytes: browsers decode the text and encode it again. */
const CHALLENGE_LENGTH = 44

/** What an authenticator is asked to sign. It is used up by a mark, so that a repeated write knows its success. */
export interface PasskeyChallenge {
  /** The user who adds a passkey; absent: anyone, to sign in or to reauthenticate. */
  readonly userId?: UserId | undefined
  readonly expiresAt: EpochSeconds
}

/** Stores the challenges of passkeys by their hash. Every method throws UnavailableError if the datastore fails. */
export interface PasskeyChallengeStore {
  /** Adds a fresh challenge. One write. */
  put(challenge: Secret, item: PasskeyChallenge, deadline: Deadline): Promise<void>
  /** Returns a challenge that is not used and not expired; `undefined` otherwise. One strongly consistent read. */
  get(challenge: Secret, now: EpochSeconds, deadline: Deadline): Promise<PasskeyChallenge | undefined>
  /** Uses a challenge up, as `ChallengeStore.use`. One write. */
  use(challenge: Secret, mark: string, deadline: Deadline): Promise<boolean>
}

/** The operations on the challenges of passkeys; see `createPasskeyChallenges`. */
export type PasskeyChallenges = ReturnType<typeof createPasskeyChallenges>

/** What an authenticator signs to continue a sign-in. It is of that sign-in, which is used up by its own secret. */
export const challengeOfSignIn = (secretText: string): string => hash('sha256', `passkey ${secretText}`, 'base64url')

/** Creates the operations on what authenticators are asked to sign. */
export function createPasskeyChallenges({
  store,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: PasskeyChallengeStore
  clock?: Clock
  randomText?: RandomText
}) {
  const expired = () => new ChallengeExpiredError('The passkey took too long, or was sent twice. Start again.')
  return {
    /** Makes a challenge. One write. @param userId the user who adds a passkey; absent: anyone, to sign in */
    async begin(userId: UserId | undefined, deadline: Deadline): Promise<string> {
      const challenge = randomText(CHALLENGE_LENGTH)
      await store.put(new Secret(challenge), { userId, expiresAt: clock() + PASSKEY_SECONDS }, deadline)
      return challenge
    },

    /**
     * Checks that a challenge is good. One read.
     * @param userId as `begin` had it
     * @throws ChallengeExpiredError if it is unknown, used, expired, or of another user or another purpose.
     */
    async check(challenge: string, userId: UserId | undefined, deadline: Deadline): Promise<void> {
      const found = await store.get(new Secret(challenge), clock(), deadline)
      if (!found || found.userId !== userId) throw expired()
    },

    /** Uses a challenge up. One write. @throws ChallengeExpiredError if another request used it. */
    async use(challenge: string, deadline: Deadline): Promise<void> {
      if (!(await store.use(new Secret(challenge), randomText(ID_LENGTH), deadline))) throw expired()
    },
  }
}
