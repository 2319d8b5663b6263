import type { Deadline } from '../lib/deadline.ts'
import { UnauthenticatedError } from '../lib/errors.ts'
import { type AdmissionRules, assertScopes, assertStrength } from '../lib/http/admission.ts'
import {
  authorizerContextOf,
  fromAuthorizerContext,
  refusalOf,
  type SessionFacts,
} from '../lib/http/authorizer-context.ts'
import type { CredentialKind } from '../lib/http/credentials.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import type { HttpRequest } from '../lib/http/request.ts'
import { assertSameOrigin } from '../lib/http/same-origin.ts'
import { systemClock } from '../lib/system.ts'

/**
 * Admits a request by the authorizer's context, which only API Gateway can write. Without one, as on a route that was
 * deployed without its authorizer, the request is refused.
 */
export async function admitFromAuthorizer(
  event: HttpEvent,
  http: HttpRequest,
  rules: AdmissionRules,
  deadline: Deadline,
): Promise<{ session: SessionFacts; credential: CredentialKind }> {
  const context = authorizerContextOf(event)
  const refusal = context && refusalOf(context)
  if (refusal) throw refusal
  const admission = context && fromAuthorizerContext(context)
  if (!admission) throw new UnauthenticatedError(false)
  const { session, credential } = admission
  const { connectionId, eventType } = event.requestContext ?? {}
  const isSocket = connectionId !== undefined
  // The authorizer has checked $connect just now; a message may come hours later.
  const isMessage = isSocket && eventType !== 'CONNECT'
  // Messages of a WebSocket have no origin: the authorizer has checked the one of $connect.
  if (credential === 'cookie' && !isSocket) assertSameOrigin(http, rules.originPolicy())
  if (systemClock() >= session.expiresAt && !isMessage) throw new UnauthenticatedError(true)
  const { maxStalenessSeconds } = rules
  const current = isMessage
    ? await rules.sessions.find(session.userId, session.id, { deadline, maxStalenessSeconds })
    : session
  if (!current) throw new UnauthenticatedError(true)
  assertScopes(rules.scopes, current)
  assertStrength(rules, current, credential)
  return { session: current, credential }
}
