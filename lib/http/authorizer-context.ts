import {
  type CoatcheckError,
  CrossOriginError,
  InsufficientScopeError,
  InvalidRequestError,
  ReauthenticationRequiredError,
  SecondFactorRequiredError,
  UnauthenticatedError,
  UnavailableError,
} from '../errors.ts'
import { isScope } from '../scope.ts'
import { isSessionId, type Session } from '../session.ts'
import { isUserId } from '../user.ts'
import type { Admission } from './admission.ts'
import type { CredentialKind } from './credentials.ts'
import type { HttpEvent } from './event.ts'

/** The part of a session that an authorizer passes to the handlers behind it. */
export type SessionFacts = Pick<Session, 'id' | 'userId' | 'scopes' | 'expiresAt' | 'authenticatedAt' | 'assurance'>

/**
 * The context that an authorizer passes on. All values are strings, since REST and WebSocket APIs pass nothing else. If
 * the handler is to answer a refusal, the context has `refusal`, the problem's code, and no session.
 */
export type AuthorizerContext = Record<string, string>

/** The context of an allowed request. */
export function toAuthorizerContext({ session, credential }: Admission): AuthorizerContext {
  return {
    userId: session.userId,
    sessionId: session.id,
    scopes: session.scopes.join(' '),
    expiresAt: String(session.expiresAt),
    authenticatedAt: String(session.authenticatedAt),
    assurance: String(session.assurance),
    credential,
  }
}

/** The context of a request that the handler is to refuse. */
export function toRefusalContext(error: CoatcheckError): AuthorizerContext {
  return {
    refusal: error.code,
    ...(error instanceof UnauthenticatedError ? { presented: String(error.presented) } : {}),
    ...(error instanceof InsufficientScopeError ? { required: error.required.join(' ') } : {}),
    ...(error instanceof SecondFactorRequiredError ? { presented: error.presented } : {}),
    ...(error instanceof ReauthenticationRequiredError
      ? { presented: error.presented, maxAge: String(error.maxAgeSeconds) }
      : {}),
  }
}

/** The context of the API's authorizer, `undefined` without one. Only API Gateway writes it; clients cannot. */
export function authorizerContextOf(
  event: HttpEvent | null | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const authorizer = event?.requestContext?.authorizer
  if (typeof authorizer !== 'object' || authorizer === null) return undefined
  const { lambda } = authorizer as { lambda?: unknown }
  const context = lambda ?? authorizer
  return typeof context === 'object' && context !== null ? (context as Record<string, unknown>) : undefined
}

/** Parses `toAuthorizerContext`; `undefined` if a field is missing or malformed. */
export function fromAuthorizerContext(
  context: Readonly<Record<string, unknown>>,
): { session: SessionFacts; credential: CredentialKind } | undefined {
  const { userId, sessionId, scopes, expiresAt, authenticatedAt, credential } = context
  const { assurance = '1' } = context // absent from an earlier release
  if (typeof userId !== 'string' || !isUserId(userId)) return undefined
  if (typeof sessionId !== 'string' || !isSessionId(sessionId)) return undefined
  if (typeof scopes !== 'string' || !isInstant(expiresAt) || !isInstant(authenticatedAt)) return undefined
  if (credential !== 'cookie' && credential !== 'bearer') return undefined
  if (assurance !== '1' && assurance !== '2') return undefined
  const held = scopes === '' ? [] : scopes.split(' ')
  if (!held.every(isScope)) return undefined
  const session = {
    id: sessionId,
    userId,
    scopes: held,
    expiresAt: Number(expiresAt),
    authenticatedAt: Number(authenticatedAt),
    assurance: assurance === '2' ? (2 as const) : (1 as const),
  }
  return { session, credential }
}

/** The refusal that an authorizer with `refuse: 'handler'` has passed on. */
export function refusalOf({
  refusal,
  presented,
  required,
  maxAge,
}: Readonly<Record<string, unknown>>): CoatcheckError | undefined {
  switch (refusal) {
    case undefined:
      return undefined
    case 'cross_origin':
      return new CrossOriginError()
    case 'insufficient_scope':
      return new InsufficientScopeError(typeof required === 'string' ? required.split(' ').filter(isScope) : [])
    case 'second_factor_required':
      return new SecondFactorRequiredError(undefined, {}, kindOf(presented))
    case 'reauthentication_required':
      return new ReauthenticationRequiredError(Number(maxAge) || 0, kindOf(presented))
    case 'invalid_request':
      return new InvalidRequestError('The request has more than one credential. Send only one.', [], true)
    case 'unavailable':
      return new UnavailableError('The authorizer could not reach the datastore')
    default:
      return new UnauthenticatedError(presented === 'true')
  }
}

const kindOf = (presented: unknown): CredentialKind => (presented === 'bearer' ? 'bearer' : 'cookie')

function isInstant(text: unknown): text is string {
  return typeof text === 'string' && /^\d{1,15}$/.test(text)
}
