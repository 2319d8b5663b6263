import type { Deadline } from '../deadline.ts'
import {
  InsufficientScopeError,
  ReauthenticationRequiredError,
  SecondFactorRequiredError,
  UnauthenticatedError,
} from '../errors.ts'
import type { Assurance } from '../factor.ts'
import { addMetric } from '../metrics.ts'
import type { Consistency, Log } from '../ports.ts'
import { missingScopes, type Scope } from '../scope.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { systemClock } from '../system.ts'
import { type CredentialKind, findCredentials, soleCredential } from './credentials.ts'
import type { HttpRequest } from './request.ts'
import { assertSameOrigin, type OriginPolicy } from './same-origin.ts'

/** What a request must satisfy, for the middleware and the authorizer alike. */
export interface AdmissionRules {
  readonly sessions: Pick<Sessions, 'check' | 'find' | 'renew'>
  /** The session must hold all of them. */
  readonly scopes: readonly Scope[]
  /** 2: the session must have been made with two factors. */
  readonly assurance: Assurance
  /** How old the last sign-in or reauthentication may be. */
  readonly maxAgeSeconds: number | undefined
  readonly renew: boolean
  readonly consistency: Consistency | undefined
  readonly maxStalenessSeconds: number
  readonly cookieName: string
  /** Called only for a cookie: services that accept only bearer tokens need not configure an origin. */
  originPolicy(): OriginPolicy
}

export interface Admission {
  readonly session: Session
  /** How the request presented the session. */
  readonly credential: CredentialKind
}

/**
 * Admits a request with a valid session: finds the credential, refuses a cookie on a cross-origin unsafe method, checks
 * the session, compares scopes and renews. One strongly consistent read, none while a cached check may be reused; a
 * conditional write if a renewal is due.
 * @param log bound to the request
 * @throws UnauthenticatedError, InsufficientScopeError, CrossOriginError; SecondFactorRequiredError,
 *   ReauthenticationRequiredError as `assertStrength`; InvalidRequestError for two credentials; UnavailableError if the datastore fails
 */
export async function admit(
  http: HttpRequest,
  rules: AdmissionRules,
  deadline: Deadline,
  log: Log,
): Promise<Admission> {
  const { sessions, scopes, renew, consistency, maxStalenessSeconds, cookieName } = rules
  addMetric('checks')
  const { kind, token } = soleCredential(findCredentials(http, cookieName))
  if (kind === 'cookie') assertSameOrigin(http, rules.originPolicy())
  const session = await sessions.check(token, { deadline, consistency, maxStalenessSeconds, log })
  if (!session) throw new UnauthenticatedError(true)
  assertScopes(scopes, session)
  assertStrength(rules, session, kind)
  const renewed = renew ? await sessions.renew(session, deadline, log) : session
  if (!renewed) throw new UnauthenticatedError(true)
  return { session: renewed, credential: kind }
}

/** @throws InsufficientScopeError unless the session holds every required scope */
export function assertScopes(scopes: readonly Scope[], session: Pick<Session, 'scopes' | 'userId' | 'id'>): void {
  if (missingScopes(scopes, session.scopes).length > 0)
    throw new InsufficientScopeError(scopes, { actor: session.userId, sessionId: session.id })
}

/**
 * @throws SecondFactorRequiredError if the session must have been made with two factors
 * @throws ReauthenticationRequiredError if the last authentication is too old
 */
export function assertStrength(
  { assurance, maxAgeSeconds }: Pick<AdmissionRules, 'assurance' | 'maxAgeSeconds'>,
  session: Pick<Session, 'userId' | 'id' | 'assurance' | 'authenticatedAt'>,
  credential: CredentialKind,
): void {
  const facts = { actor: session.userId, sessionId: session.id }
  if (session.assurance < assurance) throw new SecondFactorRequiredError(undefined, facts, credential)
  if (maxAgeSeconds !== undefined && systemClock() - session.authenticatedAt >= maxAgeSeconds)
    throw new ReauthenticationRequiredError(maxAgeSeconds, credential, facts)
}
