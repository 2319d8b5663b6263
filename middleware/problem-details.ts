import { randomUUID } from 'node:crypto'
import { type AnyCoatcheckError, CoatcheckError } from '../lib/errors.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import { problemResponse } from '../lib/http/problem.ts'
import { shapeResponse } from '../lib/http/response.ts'
import type { Log } from '../lib/ports.ts'
import type { Middleware, MiddyRequest } from './middy.ts'

/** Answers Coatcheck's own errors as RFC 9457 problems; leaves every other error to whoever is behind it. */
export function problemDetails({ log }: { log: Log }): Middleware {
  return { onError: (request) => answerProblem(request, log) }
}

/** The same for a middleware that answers its own refusals. */
export function answerProblem(request: MiddyRequest<HttpEvent>, log: Log): void {
  const { error } = request
  if (request.response !== undefined || !(error instanceof CoatcheckError)) return
  const requestId = requestIdOf(request.context)
  if (error.code === 'unavailable') log({ level: 'error', event: 'unavailable', requestId, error })
  request.response = shapeResponse(request.event ?? {}, problemResponse(error as AnyCoatcheckError, requestId))
}

/** Lambda's request id is a UUID; an event that is played without a context gets one of its own. */
function requestIdOf(context: unknown): string {
  const { awsRequestId } = (context ?? {}) as { awsRequestId?: string }
  return awsRequestId ?? randomUUID()
}
