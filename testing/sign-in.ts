import { parseConfig } from '../lib/config.ts'
import { type AuthorizerContext, toAuthorizerContext } from '../lib/http/authorizer-context.ts'
import type { CredentialKind } from '../lib/http/credentials.ts'
import { isScope, type Scope } from '../lib/scope.ts'
import type { Session } from '../lib/session.ts'
import type { Sessions } from '../lib/sessions/sessions.ts'
import { systemRandomText } from '../lib/system.ts'
import { isUserId, type User, type UserId } from '../lib/user.ts'

/** Options of `signIn`. */
export interface SignInOptions {
  /** 21 characters of `A-Za-z0-9_-`. Default: a new user. */
  readonly userId?: string | undefined
  /** The session's scopes; `account` is not added. Default: none. */
  readonly scopes?: readonly string[] | undefined
  /** How `headers` present the session. Default: `bearer`. */
  readonly as?: CredentialKind | undefined
}

/** A session and the ways to present it. */
export interface SignedIn {
  readonly session: Session
  /** The session token in clear text. */
  readonly token: string
  /** The client's headers: a bearer token, or the cookie as a same-origin page sends it. */
  readonly headers: Readonly<Record<string, string>>
  /** The authorizer's context, for events in tests of `requireSession({ from: 'authorizer' })`. */
  readonly authorizer: AuthorizerContext
}

/**
 * Creates a session without a password and without a stored user. One write.
 * @throws TypeError for a malformed user id or scope
 * @example
 * ```ts
 * import { signIn, testCoatcheck } from 'coatcheck/testing'
 *
 * const { sessions } = testCoatcheck()
 * const signedIn = await signIn(sessions, { scopes: ['notes:read'], as: 'cookie' })
 * signedIn.headers // { cookie: '__Host-session=…', 'sec-fetch-site': 'same-origin' }
 * ```
 */
export async function signIn(sessions: Pick<Sessions, 'create'>, options: SignInOptions = {}): Promise<SignedIn> {
  const { userId, scopes } = signInOptions(options)
  return signInUser(sessions, { id: userId, epoch: 0, status: 'active' } as User, scopes, options.as)
}

/** Checks the options of a sign-in. */
export function signInOptions({ userId = systemRandomText(21), scopes = [] }: SignInOptions): {
  userId: UserId
  scopes: readonly Scope[]
} {
  if (!isUserId(userId)) throw new TypeError('signIn: `userId` must be 21 characters of A-Za-z0-9_-')
  if (!scopes.every(isScope)) throw new TypeError('signIn: `scopes` must be a list of scopes such as notes:write')
  return { userId, scopes }
}

/** Creates a session of a user. */
export async function signInUser(
  sessions: Pick<Sessions, 'create'>,
  user: User,
  scopes: readonly Scope[],
  as: CredentialKind = 'bearer',
): Promise<SignedIn> {
  const created = await sessions.create({ user, scopes, ip: '192.0.2.1', userAgent: 'test' }, { get: async () => user })
  if (!created) throw new TypeError(`signIn: the user ${user.id} is not active`)
  const token = created.token.reveal()
  return {
    session: created.session,
    token,
    headers:
      as === 'bearer'
        ? { authorization: `Bearer ${token}` }
        : { cookie: `${parseConfig({}).cookie.name}=${token}`, 'sec-fetch-site': 'same-origin' },
    authorizer: toAuthorizerContext({ session: created.session, credential: as }),
  }
}
