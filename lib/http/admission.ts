import type { Deadline } from '../deadline.ts'
import { InsufficientScopeError, UnauthenticatedError } from '../errors.ts'
import type { Consistency, Log } from '../ports.ts'
import { missingScopes, type Scope } from '../scope.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { type CredentialKind, findCredentials, soleCredential } from './credentials.ts'
import type { HttpRequest } from './request.ts'
import { assertSameOrigin, type OriginPolicy } from './same-origin.ts'

/** Who is let in, wherever it is asked: by the middleware in a handler, or by the authorizer in front of it. */
export interface AdmissionRules {
  readonly sessions: Pick<Sessions, 'check' | 'find' | 'renew'>
  /** All of these the session must hold. */
  readonly scopes: readonly Scope[]
  readonly renew: boolean
  readonly consistency: Consistency | undefined
  readonly maxStalenessSeconds: number
  readonly cookieName: string
  /** Asked for only when a cookie is presented: who takes bearer tokens alone need not configure an origin. */
  originPolicy(): OriginPolicy
}

export interface Admission {
  readonly session: Session
  /** How the session was presented. */
  readonly credential: CredentialKind
}

/**
 * Finds the credential, refuses a cookie on an unsafe method from elsewhere, looks the session up, compares scopes,
 * renews. One strongly consistent read, none within the staleness allowed; a conditional write when a renewal is due.
 * @param log bound to the request
 * @throws UnauthenticatedError, InsufficientScopeError, CrossOriginError, InvalidRequestError for two credentials,
 *   UnavailableError when the datastore fails.
 */
export async function admit(
  http: HttpRequest,
  rules: AdmissionRules,
  deadline: Deadline,
  log: Log,
): Promise<Admission> {
  const { sessions, scopes, renew, consistency, maxStalenessSeconds, cookieName } = rules
  const { kind, token } = soleCredential(findCredentials(http, cookieName))
  if (kind === 'cookie') assertSameOrigin(http, rules.originPolicy())
  const session = await sessions.check(token, { deadline, consistency, maxStalenessSeconds, log })
  if (!session) throw new UnauthenticatedError(true)
  assertScopes(scopes, session)
  const present = renew ? await sessions.renew(session, deadline, log) : session
  if (!present) throw new UnauthenticatedError(true)
  return { session: present, credential: kind }
}

/** @throws InsufficientScopeError naming what is needed, unless the session holds all of it. */
export function assertScopes(scopes: readonly Scope[], session: Pick<Session, 'scopes' | 'userId' | 'id'>): void {
  if (missingScopes(scopes, session.scopes).length > 0)
    throw new InsufficientScopeError(scopes, { actor: session.userId, sessionId: session.id })
}
