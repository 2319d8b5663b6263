import type { HttpEvent } from '../lib/http/event.ts'
import type { LambdaContext, Middleware, MiddyRequest } from './middy.ts'

/** A Lambda handler whose context has what a check adds to it. */
export type SessionHandler<Event, Added, Result> = (
  event: Event,
  context: LambdaContext & Added,
) => Result | Promise<Result>

/** The response to a refused request, in the format of the event's source. */
export interface RefusalResponse {
  statusCode: number
  headers?: Record<string, string>
  multiValueHeaders?: Record<string, string[]>
  body?: string
  isBase64Encoded?: boolean
}

/** A guarded Lambda handler. */
export type LambdaHandler<Event, Result> = (event: Event, context: LambdaContext) => Promise<Result | RefusalResponse>

/**
 * Runs a middleware around a handler, as Middy runs it: a value that `before` returns is the response, and `onError`
 * turns an error into a response or leaves it.
 * @throws TypeError if the handler is not a function
 */
export function guardHandler<Event extends HttpEvent, Added, Result>(
  caller: string,
  handler: SessionHandler<Event, Added, Result>,
  middleware: Middleware,
): LambdaHandler<Event, Result> {
  if (typeof handler !== 'function')
    throw new TypeError(`${caller}: the first argument must be the handler, a function`)
  return async (event, given) => {
    const context = given ?? {} // a test may call the handler without a context
    const request: MiddyRequest<Event, LambdaContext & Added> = {
      event,
      context: context as LambdaContext & Added,
      response: undefined,
      error: undefined,
      internal: {},
    }
    try {
      const early = await middleware.before?.(request)
      request.response = early ?? (await handler(event, request.context))
      if (early === undefined) await middleware.after?.(request)
    } catch (error) {
      request.response = undefined
      request.error = error
      await middleware.onError?.(request)
      if (request.response === undefined) throw error
    }
    return request.response as Result | RefusalResponse
  }
}
