import type { Deadline } from '../deadline.ts'
import { InvalidRequestError, PasswordChangeRequiredError, PasswordRejectedError, UnavailableError } from '../errors.ts'
import { hasSecondFactor } from '../factors/methods.ts'
import type { Scope } from '../scope.ts'
import type { Secret } from '../secret.ts'
import type { SessionId } from '../session.ts'
import type { User } from '../user.ts'
import { grantedScopes } from './granted-scopes.ts'
import type { Revocations } from './revocations.ts'

/** What a function does with the password that a login must set. */
export interface RequiredPassword {
  /** Checks the rules for a new password and hashes it; if it throws, nothing changes. */
  readonly hashNew: (user: User, password: Secret) => Promise<string>
  /** Called once the password is stored, before the sessions are revoked. */
  readonly afterChange: (user: User) => void
  /** Called once the sessions are revoked. */
  readonly afterSweep: (user: User, revoked: readonly SessionId[]) => Promise<void>
}

interface Parts {
  readonly revocations: Revocations
  readonly strongScopes?: readonly Scope[] | undefined
  readonly requiredPassword?: RequiredPassword | undefined
}

interface Request {
  readonly password: Secret
  readonly newPassword?: Secret | undefined
  readonly scopes?: readonly Scope[] | undefined
}

/**
 * Sets the new password of a user who signs in with a password that an administrator requires to be changed. It comes
 * before a second factor, which the session needs all the same. A `newPassword` that is not required is refused: a user
 * who is signed in must not believe that the password was changed. Costs as `Revocations.replaceRequiredPassword`;
 * nothing if no new password is required.
 * @param user as read before the password was verified
 * @returns the user to go on with
 * @throws PasswordChangeRequiredError if the request has no new password.
 * @throws PasswordRejectedError if it is the present password, or as `hashNew`.
 * @throws InvalidRequestError if it has one that is not required.
 * @throws InvalidScopeError if the sign-in could not go on; nothing changes.
 */
export async function withRequiredPassword(
  { revocations, strongScopes, requiredPassword }: Parts,
  { password, newPassword, scopes }: Request,
  user: User,
  deadline: Deadline,
): Promise<User> {
  if (!user.mustChangePassword) {
    if (!newPassword) return user
    const detail = 'not required; change the password after the sign-in: PUT /auth/password'
    throw new InvalidRequestError('The password is right and need not be changed. Sign in without `newPassword`.', [
      { pointer: '/newPassword', detail },
    ])
  }
  if (!newPassword) throw new PasswordChangeRequiredError({ actor: user.id })
  grantedScopes(user, scopes, hasSecondFactor(user) ? 2 : 1, strongScopes)
  if (nfc(newPassword) === nfc(password))
    throw new PasswordRejectedError('present', 'This is the present password. Choose another one.')
  if (!requiredPassword) throw new UnavailableError('This function cannot set the password that a sign-in requires')
  const passwordHash = await requiredPassword.hashNew(user, newPassword)
  const changed = await revocations.replaceRequiredPassword(user, passwordHash, deadline, requiredPassword.afterChange)
  await requiredPassword.afterSweep(changed.user, changed.revoked)
  return changed.user
}

const nfc = (password: Secret) => password.reveal().normalize('NFC')
