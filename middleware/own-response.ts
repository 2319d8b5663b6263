import { type AnyCoatcheckError, CoatcheckError } from '../lib/errors.ts'
import type { HttpEvent } from '../lib/http/event.ts'
import { problemResponse } from '../lib/http/problem.ts'
import { reportProblem } from '../lib/http/problem-entry.ts'
import { shapeResponse } from '../lib/http/response.ts'
import { type LambdaResponse, setHeaders } from '../lib/http/response-headers.ts'
import type { Log } from '../lib/ports.ts'
import type { MiddyRequest } from './middy.ts'
import { requestOf } from './request.ts'
import { requestIdOf, requestLog } from './request-log.ts'

type Request = MiddyRequest<HttpEvent>

const owned = new WeakSet<object>()

/**
 * Makes the response of an invocation independent of the order of middlewares. Middy runs `onError` in reverse order, so
 * an error handler that is used after the guard responds before it, with 500 for an error it does not know. From here on,
 * Coatcheck's errors have their response as soon as Middy stores the error. Other middlewares read that response, and the
 * headers and cookies that they add stay, but status and body do not change. A response of the handler is only given the
 * headers that `headersOf` returns.
 */
export function ownResponse(request: Request, log: Log, headersOf: () => Readonly<Record<string, string>>): void {
  if (owned.has(request)) return
  owned.add(request)
  let { error, response } = request
  let refusal: LambdaResponse | undefined
  Object.defineProperties(request, {
    error: {
      configurable: true,
      enumerable: true,
      get: () => error,
      set(next: unknown) {
        error = next
        if (next instanceof CoatcheckError) refusal ??= respond(request, next as AnyCoatcheckError, log)
      },
    },
    response: {
      configurable: true,
      enumerable: true,
      get: () => {
        if (refusal) response = refuse(request.event, response, refusal)
        if (isResponse(response)) setHeaders(response, headersOf(), request.event)
        return response
      },
      set(next: unknown) {
        const explicit = isHttpApi(request.event) ? explicitResponse(next, headersOf()) : next
        // A copy: the handler may return the same object for every request.
        response = isResponse(explicit) ? copy(explicit) : explicit
      },
    },
  })
}

/** Logs a Coatcheck error and returns its response, in the format of the event source. */
export function respond(request: Request, error: AnyCoatcheckError, log: Log): LambdaResponse {
  const requestId = requestIdOf(request.context)
  const http = requestOf(request)
  reportProblem(error, requestLog(log, http, request.context, requestId))
  const problem = problemResponse(error, requestId)
  const sent = http.method === 'HEAD' ? { ...problem, body: '' } : problem
  return shapeResponse(request.event ?? {}, sent) as LambdaResponse
}

/** The refusal, with the headers and cookies that another response has besides. */
function refuse(event: HttpEvent, given: unknown, refusal: LambdaResponse): LambdaResponse {
  const { headers, multiValueHeaders, ...fields } = refusal
  const response: LambdaResponse = Object.assign(isObject(given) ? given : {}, fields)
  setHeaders(response, { ...headers, ...multiValueHeaders }, event)
  return response
}

/** HTTP APIs and Function URLs take a result without a status as the body; a response with headers needs the status. */
function explicitResponse(result: unknown, headers: object): unknown {
  const isBody = typeof result === 'string' || Array.isArray(result) || (isPlain(result) && !isResponse(result))
  if (!isBody || Object.keys(headers).length === 0) return result
  const body = typeof result === 'string' ? result : JSON.stringify(result)
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body }
}

const isHttpApi = (event: HttpEvent | null | undefined) => event?.requestContext?.http !== undefined
const isObject = (value: unknown): value is LambdaResponse => typeof value === 'object' && value !== null
const isPlain = (value: unknown) => isObject(value) && Object.getPrototypeOf(value) === Object.prototype
const isResponse = (value: unknown): value is LambdaResponse => isObject(value) && 'statusCode' in value
const copy = <T extends object>(value: T): T => Object.assign(Object.create(Object.getPrototypeOf(value)), value)
