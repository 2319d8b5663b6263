import type { ROUTES } from '../functions/http/routes.ts'
import type { ErrorCode } from '../lib/errors.ts'

/**
 * The description of a route. Security, body, query and the errors that follow from them come from the route's function;
 * the body of its success comes from `schemas.ts`.
 */
export interface Operation {
  readonly summary: string
  readonly description: string
  readonly status: 200 | 201 | 204
  /** The errors that follow neither from the session nor from the body. */
  readonly codes?: readonly ErrorCode[]
  /** What the success does to the session cookie, as a bearer token's request does not. */
  readonly cookie?: 'sets' | 'expires' | 'may expire'
  /** The credentials that the route accepts; default: those of its function. */
  readonly credentials?: 'optional' | 'bearer'
  /** Descriptions of body fields and query parameters. */
  readonly fields?: Readonly<Record<string, string>>
  /** The media type of a success that is a file. */
  readonly file?: string
}

const RECENT = 'Needs a login or reauthentication within `FRESH_SECONDS`.'
const NO_ACTIVITY = 'Does not count as activity: the session is not extended.'
const SCOPES = 'The scopes to grant. Every user also holds `account`.'
const SIGNED_OUT: readonly ErrorCode[] = ['sign_in_again', 'revocation_pending']

/** Every route. A route that is missing here does not compile. */
export const OPERATIONS: Record<keyof typeof ROUTES, Operation> = {
  'POST /auth/register': {
    summary: 'Register a user',
    description: 'Creates a user, if registration is open. Does not sign in.',
    status: 201,
    codes: ['registration_closed', 'password_rejected', 'too_many_attempts', 'email_taken', 'conflict'],
  },
  'POST /auth/login': {
    summary: 'Sign in',
    description:
      'Creates a session. The response sets the session cookie, or returns `token` if `credential` is `bearer`; never both. A session whose credential the request carries is revoked. The cookie needs a same-origin request or one of a trusted origin.',
    status: 200,
    codes: ['invalid_scope', 'invalid_credentials', 'too_many_attempts', 'conflict'],
    cookie: 'sets',
    credentials: 'optional',
    fields: {
      scopes: 'The exact scopes of the session. Default: all scopes of the user.',
      label: 'The name of the session in lists.',
      credential: 'Whether the response sets the cookie or returns `token`.',
    },
  },
  'POST /auth/logout': {
    summary: 'Sign out',
    description:
      'Revokes the session of every credential in the request, of at most four, and expires the cookie. Succeeds without a credential too.',
    status: 204,
    cookie: 'expires',
    credentials: 'optional',
  },
  'GET /auth/session': {
    summary: 'Get the current session',
    description: `Returns the session of the request and its user. ${NO_ACTIVITY}`,
    status: 200,
  },
  'POST /auth/session/reauthenticate': {
    summary: 'Reauthenticate',
    description: 'Verifies the password and replaces the session with a new one that is authenticated now.',
    status: 200,
    codes: ['wrong_password', 'too_many_attempts'],
    cookie: 'sets',
  },
  'GET /auth/sessions': {
    summary: 'List your sessions',
    description: `Returns the valid sessions of the user, in no particular order. ${NO_ACTIVITY}`,
    status: 200,
  },
  'DELETE /auth/sessions/{sessionId}': {
    summary: 'Revoke one of your sessions',
    description: 'The next request of that session is refused. Another user’s session is answered with 404.',
    status: 204,
    codes: ['not_found'],
    cookie: 'may expire',
  },
  'DELETE /auth/sessions': {
    summary: 'Revoke all your sessions',
    description:
      'Revokes every session of the user. With `keep=current` the caller gets a new session in place of the current one, in the cookie or as `token`.',
    status: 200,
    codes: [...SIGNED_OUT, 'conflict'],
    cookie: 'sets',
    fields: { keep: 'Replaces the current session with a new one. The only accepted value is `current`.' },
  },
  'PUT /auth/password': {
    summary: 'Change your password',
    description:
      'Revokes all sessions and replaces the current one. A 401 `sign_in_again` means that the password was changed but no new session was created.',
    status: 200,
    codes: ['wrong_password', 'password_rejected', 'too_many_attempts', ...SIGNED_OUT, 'conflict'],
    cookie: 'sets',
  },
  'DELETE /auth/account': {
    summary: 'Delete your account',
    description: `Revokes all sessions, frees the email address and deletes the user. ${RECENT}`,
    status: 204,
    codes: ['conflict', 'not_found'],
    cookie: 'expires',
  },
  'POST /auth/introspect': {
    summary: 'Introspect a token',
    description:
      'RFC 7662, for services that cannot use the middleware. Renews the session of the caller, not the session of the token.',
    status: 200,
    credentials: 'bearer',
    fields: { token: 'The session token to look up.' },
  },
  'GET /admin/users': {
    summary: 'Find or list users',
    description: `With \`email\` at most the user with this address; otherwise a page of users, in no meaningful order. ${NO_ACTIVITY}`,
    status: 200,
    fields: {
      email: 'Finds one user. Cannot be combined with `cursor`.',
      limit: 'The number of users on a page, from 1 to 100. Default: 50.',
      cursor: 'The `cursor` of the previous page.',
    },
  },
  'POST /admin/users': {
    summary: 'Create a user',
    description: `Creates a user with a password and scopes. ${RECENT}`,
    status: 201,
    codes: ['password_rejected', 'email_taken', 'conflict'],
    fields: { scopes: SCOPES },
  },
  'GET /admin/users/{userId}': {
    summary: 'Get a user',
    description: NO_ACTIVITY,
    status: 200,
    codes: ['not_found'],
  },
  'PATCH /admin/users/{userId}': {
    summary: 'Change a user',
    description: `Takes at least one field. Disabling the user or removing a scope revokes all their sessions; a granted scope takes effect at the next login or reauthentication. ${RECENT}`,
    status: 200,
    codes: ['not_found', 'conflict'],
    fields: { scopes: SCOPES, status: 'A disabled user cannot sign in.' },
  },
  'DELETE /admin/users/{userId}': {
    summary: 'Delete a user',
    description: `Revokes all sessions, frees the email address and deletes the user. ${RECENT}`,
    status: 204,
    codes: ['not_found', 'conflict'],
  },
  'GET /admin/users/{userId}/sessions': {
    summary: 'List a user’s sessions',
    description: `Returns the valid sessions of the user. ${NO_ACTIVITY}`,
    status: 200,
    codes: ['not_found'],
  },
  'DELETE /admin/users/{userId}/sessions/{sessionId}': {
    summary: 'Revoke a user’s session',
    description: 'The next request of that session is refused.',
    status: 204,
    codes: ['not_found'],
    cookie: 'may expire',
  },
  'DELETE /admin/users/{userId}/sessions': {
    summary: 'Revoke all sessions of a user',
    description: 'Revokes every session of the user, also if the user is the caller.',
    status: 200,
    codes: ['not_found', 'conflict'],
    cookie: 'may expire',
  },
  'GET /health': {
    summary: 'Check that the service answers',
    description: 'Makes no datastore call: it does not say whether the datastore works.',
    status: 200,
  },
  'GET /': {
    summary: 'Open the console',
    description: 'The page of users and administrators.',
    status: 200,
    file: 'text/html',
  },
  'GET /assets/{file}': {
    summary: 'Get a file of the pages',
    description: 'The name of a file has a hash of its content.',
    status: 200,
    codes: ['not_found'],
    file: '*/*',
  },
  'GET /openapi.json': {
    summary: 'Get this document',
    description: 'OpenAPI 3.1. The `ETag` stays the same as long as the document does.',
    status: 200,
    file: 'application/json',
  },
  'GET /docs': {
    summary: 'Read this document',
    description: 'The document as a page.',
    status: 200,
    file: 'text/html',
  },
}
