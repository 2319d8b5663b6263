import type { ResponseBody, Route } from 'coatcheck/client'
import type { InferOutput } from 'valibot'
import type { RESPONSES } from '../../openapi/responses.ts'
import type { Json, Same } from './client.ts'

// Compiles only if the response schemas of the OpenAPI document are identical to the client's types, which client.ts
// compares with the functions.

/** Called by providers alone. */
type Notices =
  | 'POST /auth/oidc/{provider}/logout'
  | 'POST /auth/oidc/{provider}/revoke'
  | 'POST /auth/oidc/{provider}/events'
type Described = Exclude<keyof typeof RESPONSES, Notices>
type SchemaBody<R extends Described> = Json<InferOutput<(typeof RESPONSES)[R]>>

// Each field is `never`; otherwise tsc names the routes that differ.
type Both = Described & Route
declare const differences: {
  routes: Exclude<Described, Route> | Exclude<Route, Described>
  responses: { [R in Both]: Same<SchemaBody<R>, Json<ResponseBody<R>>> extends true ? never : R }[Both]
}
export const noDifferences: Record<keyof typeof differences, never> = differences
