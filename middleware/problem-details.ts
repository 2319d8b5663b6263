import { type AnyCoatcheckError, CoatcheckError } from '../lib/errors.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import type { Log } from '../lib/ports.ts'
import type { Middleware, MiddyRequest } from './middy.ts'
import { respond } from './own-response.ts'

/** Responds to Coatcheck's errors with RFC 9457 problems; leaves other errors to other middlewares. */
export function problemDetails({ log }: { log: Log }): Middleware {
  return { onError: (request) => answerProblem(request, log) }
}

/** Logs and responds to a Coatcheck error, unless there is a response already. */
export function answerProblem(request: MiddyRequest<HttpEvent>, log: Log): void {
  const { error } = request
  if (request.response !== undefined || !(error instanceof CoatcheckError)) return
  request.response = respond(request, error as AnyCoatcheckError, log)
}
