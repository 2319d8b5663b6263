// The HTTP contract as JSON carries it. `tests/types/client.ts` compares it with what the routes take and answer: a
// difference does not compile.

/** A session: nothing in it is a credential. Times are RFC 3339, UTC: `2026-11-22T10:00:00Z`. */
export interface Session {
  /** Its public handle: safe in URLs, lists and logs. */
  readonly id: string
  readonly userId: string
  readonly scopes: readonly string[]
  /** What its login called it. */
  readonly label?: string
  readonly ip: string
  readonly userAgent: string
  readonly createdAt: string
  /** When the user last proved who they are: by a login or a reauthentication. */
  readonly authenticatedAt: string
  /** When it was last renewed: its last request may be up to `SESSION_RENEW_SECONDS` later. */
  readonly lastSeenAt: string
  /** The earlier of its idle and its absolute end. */
  readonly expiresAt: string
  /** Its absolute end, which renewal never moves. */
  readonly endsAt: string
}

/** A session among others. */
export interface ListedSession extends Session {
  /** On the one that asks, and on no other. */
  readonly current?: boolean
}

/** A user, as themselves and administrators see them. */
export interface User {
  readonly id: string
  /** Trimmed and lower-cased. */
  readonly email: string
  /** Whether somebody has shown that they read its mail. */
  readonly emailVerified: boolean
  readonly name?: string
  /** Those granted; every user holds `account` besides. */
  readonly scopes: readonly string[]
  readonly status: 'active' | 'disabled'
  readonly createdAt: string
}

/** What a token stands for (RFC 7662); its times are in epoch seconds. */
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

/** A new session in the old one's place; `token` where the old one's was sent as a bearer token. */
interface Replaced {
  readonly session: Session
  readonly token?: string
}

/** What each route takes and answers. Path parameters stand in its name. */
export interface Endpoints {
  'POST /auth/register': {
    body: { email: string; password: string; name?: string | undefined }
    answer: { readonly user: User }
  }
  'POST /auth/login': {
    body: {
      email: string
      password: string
      /** Exactly these for the session; without, all that the user holds. */
      scopes?: readonly string[] | undefined
      /** A name for the session in lists, at most 64 characters. */
      label?: string | undefined
      /** Where the session goes: into the cookie, or into `token`. Default: `cookie`. */
      credential?: 'cookie' | 'bearer' | undefined
    }
    answer: Replaced & { readonly user: User }
  }
  'POST /auth/logout': { answer: undefined }
  'GET /auth/session': { answer: { readonly session: Session; readonly user: User } }
  'POST /auth/session/reauthenticate': { body: { password: string }; answer: Replaced }
  'GET /auth/sessions': { answer: { readonly sessions: readonly ListedSession[] } }
  'DELETE /auth/sessions/{sessionId}': { answer: undefined }
  /** All end; with `keep` a new one takes this one's place, and `session` is it. */
  'DELETE /auth/sessions': {
    query: { keep?: 'current' | undefined }
    answer: { readonly revoked: number } & Partial<Replaced>
  }
  'PUT /auth/password': { body: { currentPassword: string; newPassword: string }; answer: Replaced }
  'DELETE /auth/account': { answer: undefined }
  /** For services, with a bearer token: a page has no business here. */
  'POST /auth/introspect': { body: { token: string }; answer: Introspection }
  /** One user by `email`, or a list: `limit` is 1 to 100, `cursor` an earlier answer's. */
  'GET /admin/users': {
    query: { email?: string | undefined; limit?: string | undefined; cursor?: string | undefined }
    /** Without `cursor`, these are the last. */
    answer: { readonly users: readonly User[]; readonly cursor?: string }
  }
  'POST /admin/users': {
    body: { email: string; password: string; name?: string | undefined; scopes?: readonly string[] | undefined }
    answer: { readonly user: User }
  }
  'GET /admin/users/{userId}': { answer: { readonly user: User } }
  /** At least one of them. */
  'PATCH /admin/users/{userId}': {
    body: {
      name?: string | undefined
      scopes?: readonly string[] | undefined
      status?: 'active' | 'disabled' | undefined
    }
    answer: { readonly user: User }
  }
  'DELETE /admin/users/{userId}': { answer: undefined }
  'GET /admin/users/{userId}/sessions': { answer: { readonly sessions: readonly ListedSession[] } }
  'DELETE /admin/users/{userId}/sessions': { answer: { readonly revoked: number } }
  'DELETE /admin/users/{userId}/sessions/{sessionId}': { answer: undefined }
  'GET /health': { answer: { readonly status: 'ok' } }
}

export type Route = keyof Endpoints
