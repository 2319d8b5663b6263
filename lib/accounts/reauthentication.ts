import { logEntry } from '../audit.ts'
import type { Deadline } from '../deadline.ts'
import { UnauthenticatedError, WrongPasswordError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import type { Session } from '../session.ts'
import { type CreatedSession, reauthenticated } from '../sessions/create-session.ts'
import type { User } from '../user.ts'
import type { SignInParts } from './login.ts'
import type { Device, Replacement } from './revocation-result.ts'

// Somebody who is signed in proves who they are once more: to go on with what needs it, or to change the password.

interface Signed {
  readonly session: Session
  /** Read for this request. */
  readonly user: User
  readonly password: Secret
}

interface Changing extends Signed {
  readonly newPassword: Secret
  /** Called once the password is stored, before the sessions end. */
  readonly changed?: () => void
}

/**
 * Re-authentication: a new session, as after a login, takes this one's place. One write for the slot, one verification,
 * one write that clears the count; then a write and a read for the new session, and the delete of the old one.
 * @throws TooManyAttemptsError without any verification. @throws WrongPasswordError, and the session stays.
 * @throws UnauthenticatedError when the session ended meanwhile: what is revoked passes nothing on.
 */
export async function reauthenticate(
  parts: SignInParts,
  signed: Signed,
  { ip, userAgent }: Device,
  deadline: Deadline,
): Promise<CreatedSession> {
  const { users, sessions } = parts
  const { session, user } = signed
  await verify(parts, signed, deadline)
  const created = await sessions.create({ user, ...reauthenticated(session, user), ip, userAgent }, users, deadline)
  if (!created) throw new UnauthenticatedError(true)
  const discard = () => sessions.revoke(user.id, created.session.id, deadline)
  // Of this and a logout or a revoke at the same moment only one deletes the row, and only that one has its way.
  const own = await sessions.revoke(user.id, session.id, deadline).catch(async (error) => {
    await discard().catch(() => {}) // nobody holds its secret
    throw error
  })
  if (own === 'deleted') return created
  await discard()
  throw new UnauthenticatedError(true)
}

/**
 * Changes the password, whose rules have been seen to: all sessions end, and one takes this one's place. Slot and
 * verification as `reauthenticate`, one hash, then as `Revocations.changePassword`.
 * @throws TooManyAttemptsError without any verification. @throws WrongPasswordError, and nothing has changed.
 * @throws UnauthenticatedError when the session ended meanwhile. @throws ConflictError when the password changed.
 */
export async function changePassword(
  parts: SignInParts,
  { session, user, password, newPassword, changed }: Changing,
  device: Device,
  deadline: Deadline,
): Promise<Replacement> {
  await verify(parts, { session, user, password }, deadline)
  const passwordHash = await parts.hasher.hash(newPassword)
  const { passwordHash: verified } = user
  return parts.revocations.changePassword(session, { verified, passwordHash, changed }, device, deadline)
}

async function verify({ hasher, attempts, log }: SignInParts, { session, user, password }: Signed, deadline: Deadline) {
  const slot = await attempts.takeReauthentication(user.id, deadline)
  const verification = await hasher.verify(password, user.passwordHash)
  if (verification === 'unreadable') log(logEntry('corrupt_password_hash', { target: user.id }))
  if (verification === 'wrong' || verification === 'unreadable')
    throw new WrongPasswordError({ reason: 'wrong_password', actor: user.id, sessionId: session.id })
  await slot.succeed(user.id, deadline, log)
}
