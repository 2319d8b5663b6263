import type { HttpEvent } from '../lib/http/event.ts'
import { type HttpRequest, readRequest } from '../lib/http/request.ts'
import type { MiddyRequest } from './middy.ts'

type Invocation = Pick<MiddyRequest<HttpEvent>, 'event'>

// Middy makes a request object for each invocation. `request.internal` is no place for this: older versions of Middy
// share it between invocations.
const requests = new WeakMap<Invocation, HttpRequest>()

/** The HTTP request of an invocation, read from its event the first time a middleware needs it. */
export function requestOf(invocation: Invocation): HttpRequest {
  return requests.get(invocation) ?? setRequest(invocation, readRequest(invocation.event))
}

/** Replaces the HTTP request for the middlewares that follow. */
export function setRequest(invocation: Invocation, http: HttpRequest): HttpRequest {
  requests.set(invocation, http)
  return http
}
