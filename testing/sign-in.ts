import { parseConfig } from '../lib/config.ts'
import { type AuthorizerContext, toAuthorizerContext } from '../lib/http/authorizer-context.ts'
import type { CredentialKind } from '../lib/http/credentials.ts'
import { isScope } from '../lib/scope.ts'
import type { Session } from '../lib/session.ts'
import type { Sessions } from '../lib/sessions/sessions.ts'
import { systemRandomText } from '../lib/system.ts'
import { isUserId, type User } from '../lib/user.ts'

export interface SignInOptions {
  /** 21 characters of `A-Za-z0-9_-`. Default: a new user. */
  readonly userId?: string
  /** Exactly these, `account` only if it is among them. Default: none. */
  readonly scopes?: readonly string[]
  /** How `headers` present the session. Default: `bearer`. */
  readonly as?: CredentialKind
}

/** A signed-in user, as a test needs one. */
export interface SignedIn {
  readonly session: Session
  /** In the clear: a test may print it. */
  readonly token: string
  /** What the client sends: a bearer token, or the cookie of the default name as a page of our own origin sends it. */
  readonly headers: Readonly<Record<string, string>>
  /** The same session as an authorizer says it: `authorizer` of an event, for `requireSession({ from: 'authorizer' })`. */
  readonly authorizer: AuthorizerContext
}

/**
 * Creates a session without a password and without a user in any store. One write.
 * @throws TypeError for a user id or a scope that Coatcheck would not take for one.
 */
export async function signIn(sessions: Pick<Sessions, 'create'>, options: SignInOptions = {}): Promise<SignedIn> {
  const { userId = systemRandomText(21), scopes = [], as = 'bearer' } = options
  if (!isUserId(userId)) throw new TypeError('signIn: `userId` has 21 characters of A-Za-z0-9_-')
  if (!scopes.every(isScope)) throw new TypeError('signIn: `scopes` must be a list of scopes such as notes:write')
  const user = { id: userId, epoch: 0, status: 'active' } as User
  const created = await sessions.create({ user, scopes, ip: '192.0.2.1', userAgent: 'test' }, { get: async () => user })
  if (!created) throw new Error('unreachable: this user is always active')
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
