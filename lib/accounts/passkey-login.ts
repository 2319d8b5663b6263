import type { Deadline } from '../deadline.ts'
import type { Assertion } from '../passkeys/assertion.ts'
import { BY_PASSKEY, type PasskeyParts, provePasskey } from '../passkeys/passkey-proof.ts'
import type { PasskeyBudget } from '../throttling/passkey-budget.ts'
import { isUserId } from '../user.ts'
import { type SessionParts, type SignedIn, type SignInRequest, signIn } from './sign-in.ts'

interface PasskeyLoginRequest extends SignInRequest {
  readonly assertion: Assertion
}

interface PasskeyLoginParts extends SessionParts, PasskeyParts {
  readonly passkeyBudget: PasskeyBudget
}

/**
 * Signs a user in with a passkey alone: the authenticator names the user, and has verified the user, so that the session is
 * of two factors. Two reads and two writes (three for IPv6), those of `signIn`, and one write if the authenticator counts or
 * was not used today; one write and one read for a challenge that is not good, and one write and two reads for a passkey
 * that is not accepted.
 * @throws TooManyAttemptsError if the source's budget is used up; nothing is verified.
 * @throws ChallengeExpiredError, WrongPasskeyError as `provePasskey`.
 * @throws ConflictError, InvalidScopeError, UnavailableError as `signIn`.
 */
export async function passkeyLogin(
  parts: PasskeyLoginParts,
  { assertion, ...request }: PasskeyLoginRequest,
  deadline: Deadline,
): Promise<SignedIn> {
  await parts.passkeyBudget.reserve(request.ip, deadline)
  const { userHandle = '' } = assertion
  const findUser = async () => (isUserId(userHandle) ? parts.users.get(userHandle, deadline) : undefined)
  const user = await provePasskey(parts, assertion, findUser, deadline)
  return signIn(parts, user, BY_PASSKEY, request, deadline)
}
