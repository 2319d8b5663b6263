import { logEntry } from '../audit.ts'
import type { Deadline } from '../deadline.ts'
import { InvalidCredentialsError, UnavailableError } from '../errors.ts'
import { BY_PASSWORD } from '../factor.ts'
import type { Challenges } from '../factors/challenges.ts'
import { hasSecondFactor } from '../factors/methods.ts'
import type { PasswordHasher, Verification } from '../ports.ts'
import type { Secret } from '../secret.ts'
import type { Attempts } from '../throttling/attempts.ts'
import { lockFacts } from '../throttling/reserved-attempt.ts'
import type { Email, User } from '../user.ts'
import { grantedScopes } from './granted-scopes.ts'
import { type RequiredPassword, withRequiredPassword } from './required-password.ts'
import { type SessionParts, type SignedIn, type SignInRequest, signIn } from './sign-in.ts'

interface LoginRequest extends SignInRequest {
  readonly email: Email
  readonly password: Secret
  /** Replaces the password, if that must be changed. */
  readonly newPassword?: Secret | undefined
}

/** The parts that login and reauthentication use. */
export interface SignInParts extends SessionParts {
  readonly hasher: PasswordHasher
  readonly attempts: Attempts
}

interface LoginParts extends SignInParts {
  /** Makes the challenge of a user who has a second factor. Without it, such a user cannot sign in. */
  readonly challenges?: Pick<Challenges, 'begin'> | undefined
  /** Sets a password that must be changed. Without it, a user who must change it cannot sign in by it. */
  readonly requiredPassword?: RequiredPassword | undefined
}

/**
 * Signs a user in: reserves the attempt, finds the user, verifies the password, creates a session, enforces the cap.
 * Whatever the outcome: three reads, two writes (three for IPv6) and one verification (two if the password changes under
 * NFC, for every account). On success also: three or four
 * writes that settle the attempt, one write and one read for the session, one Query, a delete per session over the cap,
 * a read and a delete per presented session, a sweep if a revoke-all was interrupted, and a write if the stored hash is
 * outdated. A password that must be changed costs as `withRequiredPassword`, and throws as it does.
 * @throws TooManyAttemptsError if no attempt is left; nothing is verified.
 * @throws SecondFactorRequiredError if the password is right and the user has a second factor; instead of the session, one
 *   write.
 * @throws InvalidCredentialsError for an unknown email, a wrong password, a disabled user or a user without a password.
 * @throws InvalidScopeError if the user does not hold a requested scope.
 * @throws ConflictError if all sessions were revoked, or the password was changed, during the login.
 * @throws UnavailableError if the datastore fails, or the new session is itself over the cap.
 */
export async function login(parts: LoginParts, request: LoginRequest, deadline: Deadline): Promise<SignedIn> {
  const { users, hasher, attempts, log } = parts
  const { email, password, ip } = request
  const attempt = await attempts.reserveLogin(email, ip, deadline)
  const user = await users.findByEmail(email, deadline).catch(async (error) => {
    await attempt.release(deadline, log) // an outage must not lock accounts
    throw error
  })
  const verification = await hasher.verify(password, user?.passwordHash)
  if (user && verification === 'unreadable') log(logEntry('corrupt_password_hash', { target: user.id }))
  const reason = refusalReason(user, verification)
  if (!user || reason) {
    const account = attempts.logTag(email)
    // Stryker disable next-line StringLiteral: only for the compiler, every refusal has a reason
    const facts = { reason: reason ?? '', account, ...(user && { target: user.id }) }
    throw new InvalidCredentialsError({ ...facts, ...lockFacts(attempt) })
  }
  // In parallel with the rest: the two are independent, and this one never throws.
  const settling = attempt.succeed(user.id, deadline, log)
  try {
    return await signInByPassword(parts, request, user, verification, deadline)
  } finally {
    await settling
  }
}

/** Continues a login after the password was verified. */
async function signInByPassword(
  parts: LoginParts,
  request: LoginRequest,
  known: User,
  verification: Verification,
  deadline: Deadline,
): Promise<SignedIn> {
  const user = await withRequiredPassword(parts, request, known, deadline)
  const upgrade = async () => {
    if (verification === 'outdated' && user === known)
      await upgradePasswordHash(parts, user, request.password, deadline)
  }
  if (hasSecondFactor(user)) {
    grantedScopes(user, request.scopes, 2) // a request that must fail fails before the second factor
    await upgrade()
    if (!parts.challenges) throw new UnavailableError('This function cannot continue a sign-in with a second factor')
    throw await parts.challenges.begin(user, BY_PASSWORD, request, deadline)
  }
  const signedIn = await signIn(parts, user, BY_PASSWORD, request, deadline)
  await upgrade()
  return signedIn
}

/** Why a login is refused, for the log; the response is the same for all reasons. */
function refusalReason(user: User | undefined, verification: Verification): string | undefined {
  if (!user) return 'unknown_email'
  if (user.passwordHash === undefined) return 'no_password'
  if (verification === 'unreadable') return 'unreadable_hash'
  if (verification === 'wrong') return 'wrong_password'
  return user.status === 'active' ? undefined : 'disabled'
}

/** Stores a hash in the current format. If that fails, this login succeeds all the same, and the next one tries again. */
async function upgradePasswordHash(
  { users, hasher, log }: LoginParts,
  user: User,
  password: Secret,
  deadline: Deadline,
) {
  // Stryker disable next-line StringLiteral: only for the compiler, a verified user has a password hash
  const { id, passwordHash = '' } = user
  try {
    await users.replacePasswordHash(id, passwordHash, await hasher.hash(password), deadline)
  } catch (error) {
    log(logEntry('upgrade_missed', { target: id, error }))
  }
}
