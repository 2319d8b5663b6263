import type { ErrorCode as ClientErrorCode, Endpoints, Input, ResponseBody, Route } from 'coatcheck/client'
import { createClient } from 'coatcheck/client'
import type { ContentOf, ContractOf } from '../../functions/http/contract.ts'
import type { ROUTES } from '../../functions/http/routes.ts'
import type { ErrorCode } from '../../lib/errors.ts'

// Compiles only if the client's types of each route are identical to what the route's function takes and returns.

/** The module of each function, by its name in `ROUTES`. */
interface Functions {
  register: typeof import('../../functions/register.ts')
  'complete-registration': typeof import('../../functions/complete-registration.ts')
  'accept-invitation': typeof import('../../functions/accept-invitation.ts')
  login: typeof import('../../functions/login.ts')
  'second-factor': typeof import('../../functions/second-factor.ts')
  'request-login-code': typeof import('../../functions/request-login-code.ts')
  'complete-login-code': typeof import('../../functions/complete-login-code.ts')
  'exchange-token': typeof import('../../functions/exchange-token.ts')
  'list-identities': typeof import('../../functions/list-identities.ts')
  'link-identity': typeof import('../../functions/link-identity.ts')
  'unlink-identity': typeof import('../../functions/unlink-identity.ts')
  logout: typeof import('../../functions/logout.ts')
  'get-session': typeof import('../../functions/get-session.ts')
  reauthenticate: typeof import('../../functions/reauthenticate.ts')
  'list-sessions': typeof import('../../functions/list-sessions.ts')
  'revoke-session': typeof import('../../functions/revoke-session.ts')
  'revoke-all-sessions': typeof import('../../functions/revoke-all-sessions.ts')
  'change-password': typeof import('../../functions/change-password.ts')
  'request-password-reset': typeof import('../../functions/request-password-reset.ts')
  'complete-password-reset': typeof import('../../functions/complete-password-reset.ts')
  'request-email-verification': typeof import('../../functions/request-email-verification.ts')
  'verify-email': typeof import('../../functions/verify-email.ts')
  'request-email-change': typeof import('../../functions/request-email-change.ts')
  'complete-email-change': typeof import('../../functions/complete-email-change.ts')
  'undo-email-change': typeof import('../../functions/undo-email-change.ts')
  'second-factor-options': typeof import('../../functions/second-factor-options.ts')
  'begin-passkey-login': typeof import('../../functions/begin-passkey-login.ts')
  'passkey-login': typeof import('../../functions/passkey-login.ts')
  'begin-passkey': typeof import('../../functions/begin-passkey.ts')
  'add-passkey': typeof import('../../functions/add-passkey.ts')
  'rename-passkey': typeof import('../../functions/rename-passkey.ts')
  'remove-passkey': typeof import('../../functions/remove-passkey.ts')
  'list-factors': typeof import('../../functions/list-factors.ts')
  'begin-totp': typeof import('../../functions/begin-totp.ts')
  'activate-totp': typeof import('../../functions/activate-totp.ts')
  'remove-totp': typeof import('../../functions/remove-totp.ts')
  'replace-recovery-codes': typeof import('../../functions/replace-recovery-codes.ts')
  'delete-account': typeof import('../../functions/delete-account.ts')
  'list-activity': typeof import('../../functions/list-activity.ts')
  introspect: typeof import('../../functions/introspect.ts')
  'issue-token': typeof import('../../functions/issue-token.ts')
  'admin-list-users': typeof import('../../functions/admin-list-users.ts')
  'admin-create-user': typeof import('../../functions/admin-create-user.ts')
  'admin-get-user': typeof import('../../functions/admin-get-user.ts')
  'admin-update-user': typeof import('../../functions/admin-update-user.ts')
  'admin-delete-user': typeof import('../../functions/admin-delete-user.ts')
  'admin-export-user': typeof import('../../functions/admin-export-user.ts')
  'admin-erase-user': typeof import('../../functions/admin-erase-user.ts')
  'admin-set-password': typeof import('../../functions/admin-set-password.ts')
  'admin-send-password-reset': typeof import('../../functions/admin-send-password-reset.ts')
  'admin-reset-factors': typeof import('../../functions/admin-reset-factors.ts')
  'admin-unlock-user': typeof import('../../functions/admin-unlock-user.ts')
  'admin-list-sessions': typeof import('../../functions/admin-list-sessions.ts')
  'admin-revoke-session': typeof import('../../functions/admin-revoke-session.ts')
  'admin-revoke-all-sessions': typeof import('../../functions/admin-revoke-all-sessions.ts')
  'admin-list-activity': typeof import('../../functions/admin-list-activity.ts')
  'admin-recent-activity': typeof import('../../functions/admin-recent-activity.ts')
  'admin-list-invitations': typeof import('../../functions/admin-list-invitations.ts')
  'admin-invite-user': typeof import('../../functions/admin-invite-user.ts')
  'admin-revoke-invitation': typeof import('../../functions/admin-revoke-invitation.ts')
  health: typeof import('../../functions/health.ts')
}

/** Pages and files, and what browsers and providers call. */
type PageRoute =
  | 'GET /auth/oidc/{provider}/start'
  | 'GET /auth/oidc/{provider}/callback'
  | 'POST /auth/oidc/{provider}/callback'
  | 'POST /auth/oidc/{provider}/logout'
  | 'POST /auth/oidc/{provider}/revoke'
  | 'POST /auth/oidc/{provider}/events'
  | 'GET /'
  | 'GET /assets/{file}'
  | 'GET /openapi.json'
  | 'GET /docs'
  | 'GET /link/{action}'
  | 'GET /.well-known/webauthn'
  | 'GET /.well-known/change-password'
  | 'GET /.well-known/jwks.json'
  | 'GET /.well-known/openid-configuration'
type ServiceRoute = Exclude<keyof typeof ROUTES, PageRoute>
type Contract<R extends ServiceRoute> = ContractOf<Functions[(typeof ROUTES)[R]]['handler']>

/** Whether two types are identical, not just assignable: an additional optional field is a difference. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** A type as JSON: without brands and `readonly`. */
export type Json<T> = T extends string
  ? [keyof T] extends [keyof string]
    ? T
    : string
  : T extends number | boolean | null | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? Merged<Json<Item>>[]
      : { -readonly [K in keyof T as T[K] extends undefined ? never : K]: Json<T[K]> }

type KeyOf<U> = U extends unknown ? keyof U : never
/** The keys that are absent or optional in some member of a union. */
type OptionalKey<U, K = KeyOf<U>> = U extends unknown
  ? Exclude<K, { [P in keyof U]-?: Record<never, never> extends Pick<U, P> ? never : P }[keyof U]>
  : never
type FieldOf<U, K> = U extends unknown ? (K extends keyof U ? Exclude<U[K], undefined> : never) : never
/** Merges the responses of one route: `{ a } | { a, b }` becomes `{ a, b? }`. */
type Merged<U> = [U] extends [object]
  ? Json<{ [K in Exclude<KeyOf<U>, OptionalKey<U>>]: FieldOf<U, K> } & { [K in OptionalKey<U>]?: FieldOf<U, K> }>
  : U

type ServiceBody<R extends ServiceRoute> = Json<Contract<R>['body']>
type ClientBody<R extends Route> = Endpoints[R] extends { body: infer Body } ? Json<Body> : undefined
type ClientQuery<R extends Route> = Endpoints[R] extends { query: infer Query } ? keyof Query : never
type ServiceResponse<R extends ServiceRoute> = Json<ContentOf<Contract<R>['response']>>

/** Responses must be identical, either as they are or merged. */
type SameResponse<Service, Client> = Same<Service, Client> extends true ? true : Same<Merged<Service>, Client>

// Each field is `never`; otherwise tsc names the routes that differ.
type Both = ServiceRoute & Route
declare const differences: {
  routes: Exclude<ServiceRoute, Route> | Exclude<Route, ServiceRoute>
  codes: Exclude<ErrorCode, ClientErrorCode> | Exclude<ClientErrorCode, ErrorCode>
  bodies: { [R in Both]: Same<ServiceBody<R>, ClientBody<R>> extends true ? never : R }[Both]
  queries: { [R in Both]: Same<Contract<R>['query'], ClientQuery<R>> extends true ? never : R }[Both]
  responses: { [R in Both]: SameResponse<ServiceResponse<R>, Json<ResponseBody<R>>> extends true ? never : R }[Both]
}
export const noDifferences: Record<keyof typeof differences, never> = differences

// A call takes exactly the fields of its route.

const coatcheck = createClient()
const [email, password, id] = ['ann@example.com', 'correct horse battery staple', 'V1StGXR8_Z5jdHi6B-myT']

export async function calls(signal: AbortSignal): Promise<void> {
  const { session, user, token } = await coatcheck('POST /auth/login', { body: { email, password }, signal })
  const texts: [string, 'active' | 'disabled', string | undefined] = [session.endsAt, user.status, token]
  const left = await coatcheck('POST /auth/logout', { prefer: 'return=receipt' })
  const nothing: undefined = await coatcheck('DELETE /auth/account')
  const receipt: string | undefined = left?.receipt
  const { users, cursor } = await coatcheck('GET /admin/users', { query: { limit: '50', cursor: undefined } })
  const introspection = await coatcheck('POST /auth/introspect', { body: { token: id } })
  const owner: string | undefined = introspection.active ? introspection.sub : undefined
  const { revoked } = await coatcheck('DELETE /auth/sessions', { query: { keep: 'current' } })
  await coatcheck('PATCH /admin/users/{userId}', { params: { userId: id }, body: { scopes: user.scopes } })
  console.log(texts, nothing, receipt, users, cursor, owner, revoked)

  // @ts-expect-error this route does not exist
  await coatcheck('GET /auth/login')
  // @ts-expect-error the body is required
  await coatcheck('POST /auth/login')
  // @ts-expect-error the password is required
  await coatcheck('POST /auth/login', { body: { email } })
  // @ts-expect-error `remember` is not a field of the body
  await coatcheck('POST /auth/login', { body: { email, password, remember: 'me' } })
  // @ts-expect-error the path parameter is required
  await coatcheck('DELETE /auth/sessions/{sessionId}')
  // @ts-expect-error both path parameters are required
  await coatcheck('DELETE /admin/users/{userId}/sessions/{sessionId}', { params: { sessionId: id } })
  // @ts-expect-error this route takes no body
  await coatcheck('POST /auth/logout', { body: {} })
  // @ts-expect-error `name` is not a query parameter
  await coatcheck('GET /admin/users', { query: { name: 'Ann' } })
  // @ts-expect-error this route takes no query
  await coatcheck('GET /auth/session', { query: { limit: '1' } })
  // @ts-expect-error the response has no such field
  console.log(user.passwordHash)
  // @ts-expect-error only listed sessions have `current`
  console.log(session.current)
  // @ts-expect-error an inactive token has no `sub`
  console.log(introspection.sub)
}

export const input: Input<'DELETE /auth/sessions/{sessionId}'> = { params: { sessionId: id } }
// @ts-expect-error `url` is not an option
createClient({ url: 'https://auth.example.com' })
