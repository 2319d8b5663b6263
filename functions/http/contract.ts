import type { Context } from 'aws-lambda'
import type { HttpEvent } from '../../lib/http/event.ts'
import type { HttpResponse } from '../../lib/http/response.ts'

// What a route takes and answers, for types alone, nothing of it runs: `tests/types/client.ts` compares it with what
// `client/` says.

declare const content: unique symbol
declare const contract: unique symbol

/** An answer, and what its body holds as JSON; `undefined` for no body. */
export interface JsonResponse<T> extends HttpResponse {
  // Takes and gives it: of two answers where one has a field more, none may pass for the other.
  readonly [content]?: (value: T) => T
}

/** A function's handler, and what a client sends it and is answered. */
export interface RouteHandler<Sent, Query extends string, Response extends HttpResponse> {
  (event: HttpEvent, context: Context): Promise<HttpResponse>
  readonly [contract]?: { body: Sent; query: Query; response: Response }
}

/** Of a handler. */
export type ContractOf<Handler> = Handler extends { readonly [contract]?: infer Contract }
  ? NonNullable<Contract>
  : never

/** Of an answer; of an answer that does not say, `unknown`. */
export type ContentOf<Response> = Response extends { readonly [content]?: (value: infer T) => unknown } ? T : never
