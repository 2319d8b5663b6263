import type { Activity, ActivityPage, ActivityQuery } from './activity.ts'

// The HTTP contract as JSON types. `tests/types/client.ts` compares them with the routes: a difference does not compile.

/** A session. It contains no credential. Times are RFC 3339 in UTC, such as `2026-11-22T10:00:00Z`. */
export interface Session {
  /** The public id, safe in URLs, lists and logs. */
  readonly id: string
  readonly userId: string
  readonly scopes: readonly string[]
  /** The name that the login request gave the session. */
  readonly label?: string
  /** How the user has signed in. */
  readonly factors: readonly ('password' | 'code' | 'totp' | 'recovery' | 'passkey' | 'provider')[]
  /** 2: with two factors, or with a passkey that verified the user. */
  readonly assurance: 1 | 2
  readonly ip: string
  readonly userAgent: string
  readonly createdAt: string
  /** The latest authentication of the user in this session: login or reauthentication. */
  readonly authenticatedAt: string
  /** The latest renewal. The latest request may be up to `SESSION_RENEW_SECONDS` later. */
  readonly lastSeenAt: string
  /** The earlier of the idle and the absolute timeout. */
  readonly expiresAt: string
  /** The absolute timeout. Renewal never extends it. */
  readonly endsAt: string
}

/** A session in a list. */
export interface ListedSession extends Session {
  /** `true` on the session that authenticated the request, absent on all others. */
  readonly current?: boolean
}

/** A user, as the user and administrators see it. */
export interface User {
  readonly id: string
  /** Trimmed and in lower case. */
  readonly email: string
  /** Whether the user has proven that they receive mail at this address. */
  readonly emailVerified: boolean
  readonly name?: string
  /** The granted scopes. Every user also has the scope `account`. */
  readonly scopes: readonly string[]
  readonly status: 'active' | 'disabled'
  readonly createdAt: string
}

/** A counter of the failed attempts of an account, as long as it counts any. */
export interface RateLimit {
  readonly kind: 'login' | 'reauthentication' | 'second_factor'
  /** A known address with a counter of its own. Absent for all other addresses together. */
  readonly ip?: string
  readonly attempts: number
  readonly limit: number
  /** Whether further attempts are refused. */
  readonly isLocked: boolean
  /** When all attempts are available again. */
  readonly until: string
}

/** A user in an export. */
export interface ExportedUser extends User {
  /** The last changes that revoked all sessions, at most three. */
  readonly lastChanges: readonly {
    readonly reason: string
    readonly at: string
    /** The user who requested it. Absent: the command line, or a program. */
    readonly by?: string
  }[]
}

/** What is stored about a user. Pages after the first have only `activity`; the last one has no `cursor`. */
export interface UserExport {
  /** Absent for a user who was deleted. */
  readonly user?: ExportedUser
  readonly sessions?: readonly Session[]
  readonly rateLimits?: readonly RateLimit[]
  readonly activity: readonly Activity[]
  readonly cursor?: string
}

/** The state of a token (RFC 7662). Times are in seconds since the epoch. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true
      /** The user's id. */
      readonly sub: string
      /** Scopes, separated by spaces. */
      readonly scope: string
      readonly exp: number
      readonly iat: number
      /** The session's id. */
      readonly sid: string
    }

/** A newly issued session. `token` is present if the client uses bearer tokens; otherwise the cookie holds it. */
export interface IssuedSession {
  readonly session: Session
  readonly token?: string
}

/** The session that a change of second factors has issued, and new recovery codes if the change made some. */
export interface ChangedFactors extends IssuedSession {
  readonly recoveryCodes?: readonly string[]
}

/** The request and response of each route. Path parameters are part of the route's name. */
export interface Endpoints {
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
  /** Requests a mail with a link that proves the email. */
  'POST /auth/email/verification': { response: undefined }
  'POST /auth/email/verify': { body: { token: string }; response: undefined }
  /** Requests a mail with a link that sets a new password. Succeeds for every email. */
  'POST /auth/password/reset': { body: { email: string }; response: undefined }
  'POST /auth/password/reset/complete': { body: { token: string; newPassword: string }; response: undefined }
  'POST /auth/login': {
    body: {
      email: string
      password: string
      /** The exact scopes of the session. Default: all scopes of the user. */
      scopes?: readonly string[] | undefined
      /** The session's name in lists, at most 64 characters. */
      label?: string | undefined
      /** Whether the response sets the cookie or returns `token`. Default: `cookie`. */
      credential?: 'cookie' | 'bearer' | undefined
    }
    response: IssuedSession & { readonly user: User }
  }
  /** Continues a sign-in that was answered with `second_factor_required`. Takes `totp` or `recoveryCode`. */
  'POST /auth/login/second-factor': {
    body: {
      challenge: string
      totp?: string | undefined
      recoveryCode?: string | undefined
      credential?: 'cookie' | 'bearer' | undefined
    }
    response: IssuedSession & { readonly user: User }
  }
  'POST /auth/logout': { response: undefined }
  'GET /auth/session': { response: { readonly session: Session; readonly user: User } }
  /** Takes the password, a code, or both, and replaces the session with a new one. */
  'POST /auth/session/reauthenticate': {
    body: { password?: string | undefined; totp?: string | undefined; recoveryCode?: string | undefined }
    response: IssuedSession
  }
  'GET /auth/sessions': { response: { readonly sessions: readonly ListedSession[] } }
  'DELETE /auth/sessions/{sessionId}': { response: undefined }
  /** Revokes all sessions. With `keep`, the client gets a new session in exchange for the current one. */
  'DELETE /auth/sessions': {
    query: { keep?: 'current' | undefined }
    response: { readonly revoked: number } & Partial<IssuedSession>
  }
  /** Revokes all sessions and issues a new one. */
  'PUT /auth/password': { body: { currentPassword: string; newPassword: string }; response: IssuedSession }
  'GET /auth/factors': {
    response: { readonly totp?: { readonly createdAt: string }; readonly recoveryCodesLeft: number }
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
  'GET /admin/users/{userId}': { response: { readonly user: User } }
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
  'PUT /admin/users/{userId}/password': { body: { password: string }; response: undefined }
  /** Needs a recent sign-in. Mails the user a link that sets a new password. */
  'POST /admin/users/{userId}/password-reset': { response: undefined }
  /** Needs a recent sign-in. Removes all second factors and revokes all sessions of the user. */
  'DELETE /admin/users/{userId}/factors': { response: undefined }
  /** Lets an account sign in again after too many wrong passwords. */
  'POST /admin/users/{userId}/unlock': { response: undefined }
  'GET /admin/users/{userId}/sessions': { response: { readonly sessions: readonly ListedSession[] } }
  'DELETE /admin/users/{userId}/sessions': { response: { readonly revoked: number } }
  'DELETE /admin/users/{userId}/sessions/{sessionId}': { response: undefined }
  'GET /admin/users/{userId}/activity': { query: ActivityQuery; response: ActivityPage }
  'GET /admin/activity': { query: ActivityQuery; response: ActivityPage }
  'GET /health': { response: { readonly status: 'ok' } }
}

/** A route by its name: method and path. */
export type Route = keyof Endpoints
