import type { Deadline } from '../lib/deadline.ts'
import { UnauthenticatedError } from '../lib/errors.ts'
import { isValidForUser, type Session } from '../lib/session.ts'
import type { User } from '../lib/user.ts'
import type { UserReader } from './defaults.ts'

/** The facts about a user that handlers receive. */
export type SessionUser = Pick<User, 'id' | 'email' | 'emailVerified' | 'name' | 'scopes' | 'status'>

/** The option that adds the user to the handler's context. */
export interface UserOptions {
  /**
   * Whether to read the session's user, too: one strongly consistent read more. The handler receives `user`, and a user
   * who is gone, disabled or has revoked all sessions is refused with 401. `true` reads the table `USERS_TABLE`; a store
   * is read instead of it. Default: `false`.
   */
  readonly loadUser?: boolean | UserReader | undefined
}

/** What `loadUser` adds to the handler's context. */
export interface UserContext {
  user: SessionUser
}

/** The check of `loadUser`, for `assertOptions`. */
export const LOAD_USER: Record<'loadUser', readonly [check: (value: unknown) => boolean, expected: string]> = {
  loadUser: [
    (value) => typeof value === 'boolean' || typeof (value as UserReader | null)?.get === 'function',
    'true, false or a user store',
  ],
}

/**
 * Reads the user of a checked session. One strongly consistent read; none without the option.
 * @param fallback the users to read if `loadUser` is `true`
 * @returns an object to spread into the handler's context, empty without the option
 * @throws UnauthenticatedError if the user is gone, disabled or has revoked all sessions; UnavailableError if the store
 *   fails
 */
export async function loadUser(
  option: UserOptions['loadUser'],
  session: Session,
  deadline: Deadline,
  fallback: () => UserReader,
): Promise<Partial<UserContext>> {
  if (option === undefined || option === false) return {}
  const user = await (option === true ? fallback() : option).get(session.userId, deadline)
  if (!isValidForUser(session, user)) throw new UnauthenticatedError(true)
  const { id, email, emailVerified, name, scopes, status } = user
  return { user: { id, email, emailVerified, ...(name === undefined ? {} : { name }), scopes, status } }
}
