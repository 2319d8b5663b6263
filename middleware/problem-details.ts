import { type AnyCoatcheckError, CoatcheckError } from '../lib/errors.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import { problemResponse } from '../lib/http/problem.ts'
import { problemEntry } from '../lib/http/problem-entry.ts'
import { shapeResponse } from '../lib/http/response.ts'
import type { Log } from '../lib/ports.ts'
import type { Middleware, MiddyRequest } from './middy.ts'
import { requestOf } from './request.ts'
import { requestIdOf, requestLog } from './request-log.ts'

/** Responds to Coatcheck's errors with RFC 9457 problems; leaves other errors to other middlewares. */
export function problemDetails({ log }: { log: Log }): Middleware {
  return { onError: (request) => answerProblem(request, log) }
}

/** Logs and responds to a Coatcheck error, unless there is a response already. */
export function answerProblem(request: MiddyRequest<HttpEvent>, log: Log): void {
  const { error } = request
  if (request.response !== undefined || !(error instanceof CoatcheckError)) return
  const problem = error as AnyCoatcheckError
  const requestId = requestIdOf(request.context)
  const entry = problemEntry(problem)
  if (entry) requestLog(log, requestOf(request), request.context, requestId)(entry)
  request.response = shapeResponse(request.event ?? {}, problemResponse(problem, requestId))
}
