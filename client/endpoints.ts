import type { ActivityPage, ActivityQuery } from './activity.ts'
import type { IdentityEndpoints } from './identity-endpoints.ts'
import type { PasskeyEndpoints } from './passkey-endpoints.ts'
import type { Assertion, Passkey } from './passkeys.ts'
import type {
  ChangedFactors,
  Identity,
  Introspection,
  Invitation,
  IssuedSession,
  ListedSession,
  Receipt,
  ReceiptPreference,
  Session,
  SignedToken,
  User,
  UserExport,
} from './types.ts'

// The HTTP contract as JSON types. `tests/types/client.ts` compares them with the routes: a difference does not compile.

/** The request and response of each route. Path parameters are part of the route's name. */
export interface Endpoints extends PasskeyEndpoints, IdentityEndpoints {
  /**
   * With `REGISTRATION=open`, `password` is required and the response has the user. With `REGISTRATION=mail` only `email`
   * is accepted, and the link in a mail completes the registration.
   */
  'POST /auth/register': {
    body: { email: string; password?: string | undefined; name?: string | undefined }
    response: { readonly user?: User }
  }
  /** Registers the user of a mailed link. */
  'POST /auth/register/complete': {
    body: { token: string; password: string; name?: string | undefined }
    response: { readonly user: User }
  }
  /** Registers the user of an invitation, with its scopes. */
  'POST /auth/invitations/accept': {
    body: { token: string; password: string; name?: string | undefined }
    response: { readonly user: User }
  }
  /** Requests a mail with a link that proves the email. */
  'POST /auth/email/verification': { response: undefined }
  'POST /auth/email/verify': { body: { token: string }; response: undefined }
  /** Needs a recent sign-in. Requests a mail to the new email with a link that completes the change. */
  'PUT /auth/email': { body: { newEmail: string }; response: undefined }
  /** In a session of the user who asked. Revokes all sessions and issues a new one. */
  'POST /auth/email/complete': { body: { token: string }; response: IssuedSession & { readonly user: User } }
  /** Gives the user of a link the former email back, and revokes all sessions. */
  'POST /auth/email/undo': { body: { token: string }; response: undefined }
  /** Requests a mail with a link that sets a new password. Succeeds for every email. */
  'POST /auth/password/reset': { body: { email: string }; response: undefined }
  'POST /auth/password/reset/complete': { body: { token: string; newPassword: string }; response: undefined }
  'POST /auth/login': {
    body: {
      email: string
      password: string
      /** Only after `password_change_required`: replaces the password. */
      newPassword?: string | undefined
      /** The exact scopes of the session. Default: all scopes of the user. */
      scopes?: readonly string[] | undefined
      /** The session's name in lists, at most 64 characters. */
      label?: string | undefined
      /** Whether the response sets the cookie or returns `token`. Default: `cookie`. */
      credential?: 'cookie' | 'bearer' | undefined
    }
    response: IssuedSession & { readonly user: User }
  }
  /** Continues a sign-in that was answered with `second_factor_required`. Takes `totp`, `recoveryCode` or `passkey`. */
  'POST /auth/login/second-factor': {
    body: {
      /** After a sign-in at a provider, the cookie has it. */
      challenge?: string | undefined
      totp?: string | undefined
      recoveryCode?: string | undefined
      passkey?: Assertion | undefined
      credential?: 'cookie' | 'bearer' | undefined
    }
    response: IssuedSession & { readonly user: User }
  }
  /** Requests a mail with a code that signs in, in this browser alone. Succeeds for every email. */
  'POST /auth/login/code': { body: { email: string }; response: undefined }
  /** Signs in by a mailed code, in the browser that asked for it. */
  'POST /auth/login/code/complete': {
    body: {
      code: string
      scopes?: readonly string[] | undefined
      label?: string | undefined
      credential?: 'cookie' | 'bearer' | undefined
    }
    response: IssuedSession & { readonly user: User }
  }
  /** With `prefer`, the response has a signed receipt, if the service signs receipts and a session was revoked. */
  'POST /auth/logout': { prefer: ReceiptPreference; response: Receipt | undefined }
  'GET /auth/session': {
    /** With `pendingEmail`, a change to that email was asked for, and its link can be used. */
    response: { readonly session: Session; readonly user: User; readonly pendingEmail?: string }
  }
  /** Takes the password, a code, a passkey, or several of them, and replaces the session with a new one. */
  'POST /auth/session/reauthenticate': {
    body: {
      password?: string | undefined
      totp?: string | undefined
      recoveryCode?: string | undefined
      passkey?: Assertion | undefined
    }
    response: IssuedSession
  }
  'GET /auth/sessions': { response: { readonly sessions: readonly ListedSession[] } }
  'DELETE /auth/sessions/{sessionId}': { prefer: ReceiptPreference; response: Receipt | undefined }
  /** Revokes all sessions. With `keep`, the client gets a new session in exchange for the current one. */
  'DELETE /auth/sessions': {
    query: { keep?: 'current' | undefined }
    prefer: ReceiptPreference
    response: { readonly revoked: number } & Partial<IssuedSession> & Partial<Receipt>
  }
  /** Revokes all sessions and issues a new one. */
  'PUT /auth/password': { body: { currentPassword: string; newPassword: string }; response: IssuedSession }
  'GET /auth/factors': {
    response: {
      readonly totp?: { readonly createdAt: string }
      readonly passkeys: readonly Passkey[]
      readonly recoveryCodesLeft: number
    }
  }
  /** Needs a recent sign-in. The authenticator app counts once it is activated. */
  'POST /auth/factors/totp': { response: { readonly secret: string; readonly uri: string } }
  /** Needs a recent sign-in. Revokes all sessions and issues a new one. The recovery codes are shown once. */
  'POST /auth/factors/totp/activate': { body: { code: string }; response: ChangedFactors }
  'DELETE /auth/factors/totp': { response: ChangedFactors }
  'POST /auth/factors/recovery-codes': { response: ChangedFactors }
  'DELETE /auth/account': { response: undefined }
  'GET /auth/activity': { query: ActivityQuery; response: ActivityPage }
  /** For other services, with a bearer token. */
  'POST /auth/introspect': { body: { token: string }; response: Introspection }
  /** Issues a signed token for a service of `TOKEN_AUDIENCES`, with scopes of the session. Nobody can revoke it. */
  'POST /auth/token': { body: { audience: string; scopes: readonly string[] }; response: SignedToken }
  /** Finds one user by `email`, or lists users: `limit` is 1 to 100, `cursor` comes from the previous response. */
  'GET /admin/users': {
    query: { email?: string | undefined; limit?: string | undefined; cursor?: string | undefined }
    /** Without `cursor`, this is the last page. */
    response: { readonly users: readonly User[]; readonly cursor?: string }
  }
  'POST /admin/users': {
    body: { email: string; password: string; name?: string | undefined; scopes?: readonly string[] | undefined }
    response: { readonly user: User }
  }
  'GET /admin/users/{userId}': { response: { readonly user: User; readonly identities: readonly Identity[] } }
  /** Takes at least one field. */
  'PATCH /admin/users/{userId}': {
    body: {
      name?: string | undefined
      scopes?: readonly string[] | undefined
      status?: 'active' | 'disabled' | undefined
    }
    response: { readonly user: User }
  }
  'DELETE /admin/users/{userId}': { response: undefined }
  /** Needs a recent sign-in. `cursor` comes from the previous response. */
  'GET /admin/users/{userId}/export': { query: { cursor?: string | undefined }; response: UserExport }
  /** Deletes the user and their activity. If it fails, another request continues it. */
  'POST /admin/users/{userId}/erase': { response: undefined }
  /** Needs a recent sign-in. Revokes all sessions of the user. */
  'PUT /admin/users/{userId}/password': {
    /** With `requireChange` the next sign-in by password must replace it. */
    body: { password: string; requireChange?: boolean | undefined }
    response: undefined
  }
  /** Needs a recent sign-in. Mails the user a link that sets a new password. */
  'POST /admin/users/{userId}/password-reset': { response: undefined }
  /** Needs a recent sign-in. Removes all second factors and revokes all sessions of the user. */
  'DELETE /admin/users/{userId}/factors': { response: undefined }
  /** Lets an account sign in again after too many wrong passwords. */
  'POST /admin/users/{userId}/unlock': { response: undefined }
  'GET /admin/users/{userId}/sessions': { response: { readonly sessions: readonly ListedSession[] } }
  'DELETE /admin/users/{userId}/sessions': {
    prefer: ReceiptPreference
    response: { readonly revoked: number } & Partial<Receipt>
  }
  'DELETE /admin/users/{userId}/sessions/{sessionId}': { prefer: ReceiptPreference; response: Receipt | undefined }
  'GET /admin/users/{userId}/activity': { query: ActivityQuery; response: ActivityPage }
  'GET /admin/activity': { query: ActivityQuery; response: ActivityPage }
  /** Lists invitations: `limit` is 1 to 100, `cursor` comes from the previous response. */
  'GET /admin/invitations': {
    query: { limit?: string | undefined; cursor?: string | undefined }
    /** Without `cursor`, this is the last page. */
    response: { readonly invitations: readonly Invitation[]; readonly cursor?: string }
  }
  /** Needs a recent sign-in. Mails a link that opens an account with these scopes. */
  'POST /admin/invitations': {
    body: { email: string; scopes: readonly string[]; name?: string | undefined }
    response: { readonly invitation: Invitation }
  }
  /** Needs a recent sign-in. */
  'DELETE /admin/invitations/{invitationId}': { response: undefined }
  'GET /health': { response: { readonly status: 'ok' } }
}

/** A route by its name: method and path. */
export type Route = keyof Endpoints
