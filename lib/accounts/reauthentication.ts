import { logEntry } from '../audit.ts'
import type { Deadline } from '../deadline.ts'
import { UnauthenticatedError, WrongCodeError, WrongPasskeyError, WrongPasswordError } from '../errors.ts'
import { BY_PASSWORD, type Proof, strengthened } from '../factor.ts'
import type { PresentedCode, SecondFactors } from '../factors/second-factors.ts'
import type { Assertion } from '../passkeys/assertion.ts'
import { BY_PASSKEY, type PasskeyParts, provePasskey } from '../passkeys/passkey-proof.ts'
import type { Secret } from '../secret.ts'
import type { Session } from '../session.ts'
import type { CreatedSession } from '../sessions/create-session.ts'
import { lockFacts } from '../throttling/reserved-attempt.ts'
import type { User } from '../user.ts'
import type { SignInParts } from './login.ts'
import { reauthenticatedSession } from './reauthenticated-session.ts'
import type { Device, Replacement } from './revocation-result.ts'

interface Reauthentication {
  readonly session: Session
  /** The session's user, read for this request. */
  readonly user: User
  /** The factors that the user presents; each is verified. */
  readonly password?: Secret | undefined
  readonly code?: PresentedCode | undefined
  readonly passkey?: Assertion | undefined
}

interface PasswordChange extends Omit<Reauthentication, 'code' | 'passkey'> {
  readonly password: Secret
  readonly newPassword: Secret
  /** Called once the new password is stored, before the sessions are revoked. */
  readonly afterChange?: () => void
}

interface ReauthenticationParts extends SignInParts, Partial<PasskeyParts> {
  readonly secondFactors?: SecondFactors | undefined
}

/**
 * Reauthenticates a user (NIST SP 800-63B §5.2): verifies each factor that the request has, a password, a code of a second
 * factor or a passkey, and replaces the session by a new one, as after a login. A passkey costs as `provePasskey`. For each
 * other factor one write that reserves the attempt, one verification (two if the password changes under NFC) and one write that
 * resets the counter; then a read of the session, a write and a read for the new one, and the delete of the old one.
 * @throws TooManyAttemptsError if no attempt is left; nothing is verified.
 * @throws WrongPasswordError, WrongCodeError, WrongPasskeyError, ChallengeExpiredError if a factor is wrong; the session
 *   stays.
 * @throws UnauthenticatedError if the session was revoked meanwhile; it is not replaced.
 */
export async function reauthenticate(
  parts: ReauthenticationParts,
  request: Reauthentication,
  device: Device,
  deadline: Deadline,
): Promise<CreatedSession> {
  const { users, sessions, strongScopes } = parts
  const { session, user, password, code, passkey } = request
  if (password) await verifyPassword(parts, { session, user, password }, deadline)
  const byPassword: Proof = password ? BY_PASSWORD : { factors: [], assurance: 1 }
  const byCode = code ? await verifyCode(parts, user, code, byPassword, deadline) : byPassword
  const proof = passkey ? strengthened(byCode, await verifyPasskey(parts, user, passkey, deadline)) : byCode
  const replace = await sessions.prepareReplacement(session, deadline)
  const created = await replace?.(reauthenticatedSession(session, user, device, { proof, strongScopes }), users)
  if (!created) throw new UnauthenticatedError(true)
  return created
}

/**
 * Changes the password to one that satisfies the password rules: revokes all sessions and replaces this one. Reserves and
 * verifies as `reauthenticate`, hashes once, then costs as `Revocations.changePassword`.
 * @throws TooManyAttemptsError if no attempt is left; nothing is verified.
 * @throws WrongPasswordError if the current password is wrong; nothing changes.
 * @throws UnauthenticatedError if the session was revoked meanwhile. @throws ConflictError if the password was changed.
 */
export async function changePassword(
  parts: SignInParts,
  { session, user, password, newPassword, afterChange }: PasswordChange,
  device: Device,
  deadline: Deadline,
): Promise<Replacement> {
  await verifyPassword(parts, { session, user, password }, deadline)
  const passwordHash = await parts.hasher.hash(newPassword)
  const { passwordHash: verified } = user
  const { strongScopes } = parts
  return parts.revocations.changePassword(
    session,
    { verified, passwordHash, afterChange, strongScopes },
    device,
    deadline,
  )
}

async function verifyPassword(
  { hasher, attempts, log }: SignInParts,
  { session, user, password }: { session: Session; user: User; password: Secret },
  deadline: Deadline,
): Promise<void> {
  const attempt = await attempts.reserveReauthentication(user.id, deadline)
  const verification = await hasher.verify(password, user.passwordHash)
  if (verification === 'unreadable') log(logEntry('corrupt_password_hash', { target: user.id }))
  if (verification === 'wrong' || verification === 'unreadable')
    throw new WrongPasswordError({
      ...{ reason: 'wrong_password', actor: user.id, sessionId: session.id },
      ...lockFacts(attempt),
    })
  await attempt.succeed(user.id, deadline, log)
}

/** A code strengthens a session that a password, now or at its login, has made. */
async function verifyCode(
  { secondFactors, attempts, log }: ReauthenticationParts,
  user: User,
  code: PresentedCode,
  proof: Proof,
  deadline: Deadline,
): Promise<Proof> {
  const attempt = await attempts.reserveSecondFactor(user.id, deadline)
  if (!secondFactors) throw new WrongCodeError({ reason: 'no_second_factor', actor: user.id })
  const proven = await secondFactors.verify(user, code, proof, deadline)
  await attempt.succeed(user.id, deadline, log)
  return proven
}

async function verifyPasskey(
  { passkeys, passkeyChallenges }: ReauthenticationParts,
  user: User,
  assertion: Assertion,
  deadline: Deadline,
): Promise<Proof> {
  if (!passkeys || !passkeyChallenges) throw new WrongPasskeyError({ reason: 'no_passkeys', actor: user.id })
  await provePasskey({ passkeys, passkeyChallenges }, assertion, async () => user, deadline)
  return BY_PASSKEY
}
