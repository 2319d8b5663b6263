import type { Deadline } from '../deadline.ts'
import { WrongPasskeyError } from '../errors.ts'
import type { Proof } from '../factor.ts'
import type { User } from '../user.ts'
import type { Assertion } from './assertion.ts'
import type { PasskeyChallenges } from './passkey-challenges.ts'
import type { Passkeys } from './passkeys.ts'

/** The proof of a passkey whose authenticator has verified the user: the device and a PIN or a fingerprint. */
export const BY_PASSKEY: Proof = { factors: ['passkey'], assurance: 2 }

/** The parts of `provePasskey`. */
export interface PasskeyParts {
  readonly passkeys: Passkeys
  readonly passkeyChallenges: Pick<PasskeyChallenges, 'check' | 'use'>
}

/**
 * Verifies an assertion of a challenge that was made for anyone, and uses the challenge up. One read and one write, and the
 * costs of `findUser` and `Passkeys.use`; one read for a challenge that is not good, and no call without verification of the
 * user.
 * @param findUser reads the user whom the assertion is to be of
 * @returns the user, who has proven `BY_PASSKEY`
 * @throws ChallengeExpiredError if the challenge is unknown, used or expired.
 * @throws WrongPasskeyError if the passkey is not accepted.
 */
export async function provePasskey(
  { passkeys, passkeyChallenges }: PasskeyParts,
  assertion: Assertion,
  findUser: () => Promise<User | undefined>,
  deadline: Deadline,
): Promise<User> {
  const { challenge, isUserVerified } = assertion
  if (!isUserVerified) throw new WrongPasskeyError({ reason: 'user_not_verified' })
  await passkeyChallenges.check(challenge, undefined, deadline)
  const user = await findUser()
  if (user?.status !== 'active') throw new WrongPasskeyError({ reason: 'unknown_passkey' })
  const signed = passkeys.verify(user, assertion)
  await passkeyChallenges.use(challenge, deadline)
  await passkeys.use(user, signed, deadline)
  return user
}
