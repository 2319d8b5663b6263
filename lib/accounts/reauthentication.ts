import { logEntry } from '../audit.ts'
import type { Deadline } from '../deadline.ts'
import { UnauthenticatedError, WrongPasswordError } from '../errors.ts'
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
  readonly password: Secret
}

interface PasswordChange extends Reauthentication {
  readonly newPassword: Secret
  /** Called once the new password is stored, before the sessions are revoked. */
  readonly afterChange?: () => void
}

/**
 * Reauthenticates a user (NIST SP 800-63B §5.2): verifies the password and replaces the session by a new one, as after a
 * login. One write that reserves the attempt, one verification (two if the password changes under NFC) and one write that
 * resets the counter; then a read of the session, a write and a read for the new one, and the delete of the old one.
 * @throws TooManyAttemptsError if no attempt is left; nothing is verified.
 * @throws WrongPasswordError if the password is wrong; the session stays.
 * @throws UnauthenticatedError if the session was revoked meanwhile; it is not replaced.
 */
export async function reauthenticate(
  parts: SignInParts,
  request: Reauthentication,
  device: Device,
  deadline: Deadline,
): Promise<CreatedSession> {
  const { users, sessions } = parts
  const { session, user } = request
  await verifyPassword(parts, request, deadline)
  const replace = await sessions.prepareReplacement(session, deadline)
  const created = await replace?.(reauthenticatedSession(session, user, device), users)
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
  return parts.revocations.changePassword(session, { verified, passwordHash, afterChange }, device, deadline)
}

async function verifyPassword(
  { hasher, attempts, log }: SignInParts,
  { session, user, password }: Reauthentication,
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
