import type { Context } from 'aws-lambda'
import type { GenericSchema } from 'valibot'
import type { HttpEvent } from '../../lib/http/event.ts'
import type { HttpResponse } from '../../lib/http/response.ts'

// Request and response types of the routes, without any code: `tests/types/client.ts` compares them with `client/`.

declare const content: unique symbol
declare const contract: unique symbol

/** A response and the type of its JSON body; `undefined` without a body. */
export interface JsonResponse<T> extends HttpResponse {
  // Invariant in T, so that a response with an additional field is no subtype of one without.
  readonly [content]?: (value: T) => T
}

/** A route's handler, with the types of its request body, query and response. */
export interface RouteHandler<Sent, Query extends string, Response extends HttpResponse> {
  (event: HttpEvent, context: Context): Promise<HttpResponse>
  readonly [contract]?: { body: Sent; query: Query; response: Response }
  readonly declaration?: RouteDeclaration
}

/** The options of a route that its clients must know: `openapi/` describes the API by them. */
export interface RouteDeclaration {
  readonly body?: { readonly accepts?: GenericSchema | readonly string[] | string }
  readonly query?: readonly string[] | 'any'
  /** Absent on a route that needs no session. */
  readonly scopes?: readonly string[]
  readonly fresh?: boolean
  readonly crossOrigin?: boolean
}

/** The contract of a route's handler. */
export type ContractOf<Handler> = Handler extends { readonly [contract]?: infer Contract }
  ? NonNullable<Contract>
  : never

/** The type of a response's JSON body; `unknown` for a plain response. */
export type ContentOf<Response> = Response extends { readonly [content]?: (value: infer T) => unknown } ? T : never
