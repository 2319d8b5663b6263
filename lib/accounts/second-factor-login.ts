import type { Deadline } from '../deadline.ts'
import { ChallengeExpiredError } from '../errors.ts'
import type { Challenges } from '../factors/challenges.ts'
import type { PresentedCode, PresentedPasskey, SecondFactors } from '../factors/second-factors.ts'
import type { Attempts } from '../throttling/attempts.ts'
import { type SessionParts, type SignedIn, type SignInRequest, signIn } from './sign-in.ts'

interface SecondFactorRequest extends Omit<SignInRequest, 'scopes' | 'label'> {
  /** The secret of the challenge. */
  readonly challenge: string
  readonly code: PresentedCode | PresentedPasskey
}

interface SecondFactorParts extends SessionParts {
  readonly attempts: Attempts
  readonly challenges: Challenges
  readonly secondFactors: SecondFactors
}

/**
 * Continues a login with a second factor. The attempt is reserved in the user's own budget before anything is compared, and
 * the challenge is used up after the code, so that a wrong code leaves it good. Two reads and three writes, and those of
 * `signIn` and one write that settles the attempt; two reads and one write for a wrong code; one read for an unknown
 * challenge.
 * @throws ChallengeExpiredError if the challenge is unknown, used or expired, or all sessions were revoked since.
 * @throws TooManyAttemptsError if no attempt at the user's second factors is left; nothing is verified.
 * @throws WrongCodeError if the code is wrong or was used. @throws WrongPasskeyError if the passkey is not accepted.
 * @throws ConflictError, InvalidScopeError, UnavailableError as `signIn`.
 */
export async function completeLogin(
  parts: SecondFactorParts,
  { challenge: secret, code, ip, userAgent, presented }: SecondFactorRequest,
  deadline: Deadline,
): Promise<SignedIn> {
  const { users, attempts, challenges, secondFactors, log } = parts
  const challenge = await challenges.find(secret, deadline)
  const attempt = await attempts.reserveSecondFactor(challenge.userId, deadline)
  const user = await users.get(challenge.userId, deadline)
  if (user?.status !== 'active' || user.epoch !== challenge.epoch) throw new ChallengeExpiredError()
  const proof = await secondFactors.verify(user, code, challenge.proof, deadline)
  await challenges.use(secret, deadline)
  const { scopes, label } = challenge
  const signedIn = await signIn(parts, user, proof, { scopes, label, ip, userAgent, presented }, deadline)
  await attempt.succeed(user.id, deadline, log)
  return signedIn
}
