import type { Deadline } from '../deadline.ts'
import { ConflictError } from '../errors.ts'
import { BY_CODE } from '../factor.ts'
import type { Challenges } from '../factors/challenges.ts'
import { hasSecondFactor } from '../factors/methods.ts'
import type { UserStore } from '../ports.ts'
import type { Secret } from '../secret.ts'
import type { SessionId } from '../session.ts'
import { type Clock, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { Email, User } from '../user.ts'
import type { UserChange } from '../user-change.ts'
import { createEpochs } from './epochs.ts'
import { WITHOUT_CREDENTIALS } from './first-proof.ts'
import { grantedScopes } from './granted-scopes.ts'
import type { LoginCodes } from './login-codes.ts'
import { type SessionParts, type SignedIn, type SignInRequest, signIn } from './sign-in.ts'

interface CodeLoginRequest extends SignInRequest {
  /** The secret of the browser that asked for the code. */
  readonly secret: Secret
  readonly code: string
}

interface CodeLoginParts extends SessionParts {
  readonly store: UserStore
  readonly codes: Pick<LoginCodes, 'verify'>
  readonly challenges: Pick<Challenges, 'begin'>
  /** Stands for an address in the log. */
  readonly tagOf: (email: Email) => string
  /** Called once the first proof of an address has removed what was set before. */
  readonly afterFirstProof?: (user: User, revoked: readonly SessionId[]) => Promise<void>
  readonly clock?: Clock
  readonly randomText?: RandomText
}

/** The first proof of an address removes what somebody else may have set before it (docs/decisions/028). */
const FIRST_PROOF: UserChange = {
  emailVerified: true,
  removes: [...WITHOUT_CREDENTIALS, 'identities'],
}

/**
 * Signs a user in by a mailed code. Costs as `LoginCodes.verify` and `signIn`; a write instead of the session if the user
 * has a second factor; on the first proof of the address two writes and a sweep more.
 * @throws ChallengeExpiredError, WrongCodeError as `LoginCodes.verify`.
 * @throws SecondFactorRequiredError if the code is right and the user has a second factor.
 * @throws ConflictError if the user was changed during the sign-in. @throws InvalidScopeError, UnavailableError as `signIn`.
 */
export async function loginByCode(
  parts: CodeLoginParts,
  request: CodeLoginRequest,
  deadline: Deadline,
): Promise<SignedIn> {
  const verified = await parts.codes.verify(request.secret, request.code, parts.tagOf, deadline)
  const user = verified.emailVerified ? verified : await proveFirst(parts, verified, deadline)
  if (!hasSecondFactor(user)) return signIn(parts, user, BY_CODE, request, deadline)
  grantedScopes(user, request.scopes, 2) // a request that must fail fails before the second factor
  throw await parts.challenges.begin(user, BY_CODE, request, deadline)
}

async function proveFirst(parts: CodeLoginParts, verified: User, deadline: Deadline): Promise<User> {
  const { store, users, sessions, clock = systemClock, randomText = systemRandomText } = parts
  const { advance, sweepAfterChange } = createEpochs({ store, sessions, randomText, clock })
  const unchanged = async (): Promise<User> => {
    const user = await users.get(verified.id, deadline)
    if (user?.changeId !== verified.changeId) throw new ConflictError()
    return user
  }
  const cause = { reason: 'factors_changed', by: verified.id } as const
  const { user } = await advance(unchanged, FIRST_PROOF, deadline, cause, verified)
  await parts.afterFirstProof?.(user, await sweepAfterChange(user, deadline))
  return { ...user, sweepPending: false }
}
