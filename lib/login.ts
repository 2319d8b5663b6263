import type { Deadline } from './deadline.ts'
import type { EndOfSessions } from './end-of-sessions.ts'
import { ConflictError, InvalidCredentialsError, InvalidScopeError } from './errors.ts'
import type { CreatedSession } from './new-session.ts'
import type { PasswordHasher } from './ports.ts'
import { ACCOUNT_SCOPE, missingScopes, type Scope } from './scope.ts'
import type { Secret } from './secret.ts'
import type { Sessions } from './sessions.ts'
import type { Email, User } from './user.ts'
import type { Users } from './users.ts'

interface LoginRequest {
  readonly email: Email
  readonly password: Secret
  /** Exactly these; all that the user holds when absent. */
  readonly scopes?: readonly Scope[] | undefined
  readonly label?: string | undefined
  readonly ip: string
  readonly userAgent: string
  /** Tokens that came with the request: a session that one of them stands for is ended (ASVS 7.2.4). */
  readonly presented: readonly string[]
}

interface Parts {
  readonly users: Users
  readonly sessions: Sessions
  readonly endOfSessions: EndOfSessions
  readonly hasher: PasswordHasher
}

/**
 * Signs a user in: pointer, user, one verification, create session. Two reads and one verification whatever the
 * outcome; on success one write and one read more, a read and a delete for each live session presented, and a sweep
 * where an end-all was interrupted.
 * @throws InvalidCredentialsError for an unknown email, a wrong password and a disabled user alike.
 * @throws InvalidScopeError when asked for a scope the user does not hold.
 * @throws ConflictError when the account's sessions were ended, or its password changed, during this login.
 */
export async function login(
  { users, sessions, endOfSessions, hasher }: Parts,
  request: LoginRequest,
  deadline: Deadline,
): Promise<CreatedSession & { user: User }> {
  // The attempt slots of the design belong here, before anything else is read.
  const user = await users.findByEmail(request.email, deadline)
  const verified = await hasher.verify(request.password, user?.passwordHash)
  if (!verified || user?.status !== 'active') throw new InvalidCredentialsError()
  const scopes = grantedScopes(user, request.scopes)

  await endOfSessions.finishPending(user)
  const { label, ip, userAgent } = request
  const created = await sessions.create({ user, scopes, label, ip, userAgent }, users, deadline)
  if (!created) throw new ConflictError()
  // Last: a login that fails ends nothing.
  for (const tokenText of request.presented) {
    const presented = await sessions.check(tokenText, { deadline })
    if (presented) await sessions.revoke(presented.userId, presented.id, deadline)
  }
  return { ...created, user }
}

/** What a user holds: the granted scopes and the account's own. */
function heldScopes(user: User): Scope[] {
  return [...new Set([ACCOUNT_SCOPE, ...user.scopes])]
}

function grantedScopes(user: User, wanted: readonly Scope[] | undefined): Scope[] {
  const held = heldScopes(user)
  if (!wanted) return held
  const refused = missingScopes(wanted, held)
  if (refused.length > 0) throw new InvalidScopeError(refused)
  return [...new Set(wanted)]
}
