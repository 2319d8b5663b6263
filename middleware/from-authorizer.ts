import type { Deadline } from '../lib/deadline.ts'
import { UnauthenticatedError } from '../lib/errors.ts'
import { type AdmissionRules, assertScopes } from '../lib/http/admission.ts'
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
 * The admission of a request behind an authorizer: what API Gateway says of it in the request context, and nothing that
 * a client can write. Fails closed when there is none, as on a route that was deployed without its authorizer.
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
  // $connect comes straight from the authorizer; a message may come hours later.
  const isOld = isSocket && eventType !== 'CONNECT'
  // A socket's messages name no origin: the authorizer has asked its $connect.
  if (credential === 'cookie' && !isSocket) assertSameOrigin(http, rules.originPolicy())
  if (systemClock() >= session.expiresAt && !isOld) throw new UnauthenticatedError(true)
  const { maxStalenessSeconds } = rules
  const present = isOld
    ? await rules.sessions.find(session.userId, session.id, { deadline, maxStalenessSeconds })
    : session
  if (!present) throw new UnauthenticatedError(true)
  assertScopes(rules.scopes, present)
  return { session: present, credential }
}
