import { ACTIVITY_FIELDS, NO_ACTIVITY, type Operation, RECENT } from './operation.ts'

const SCOPES = 'The scopes to grant. Every user also holds `account`.'

/** Routes of administrators. */
export const ADMINISTRATION = {
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
  'PUT /admin/users/{userId}/password': {
    summary: 'Set a user’s password',
    description: `Revokes all sessions of the user. ${RECENT}`,
    status: 204,
    codes: ['not_found', 'password_rejected', 'conflict'],
    fields: { requireChange: 'Whether the next sign-in by the password must replace it. Default: no.' },
  },
  'POST /admin/users/{userId}/password-reset': {
    summary: 'Mail a user a link that resets the password',
    description: `The password stays until the link is used. ${RECENT}`,
    status: 202,
    codes: ['not_found', 'too_many_attempts'],
  },
  'DELETE /admin/users/{userId}/factors': {
    summary: 'Remove a user’s second factors',
    description: `For a user who has lost them. Revokes all sessions, and tells the user by mail. ${RECENT}`,
    status: 204,
    codes: ['not_found', 'conflict'],
  },
  'POST /admin/users/{userId}/unlock': {
    summary: 'Unlock a user',
    description: 'Resets the counters of failed sign-ins and reauthentications.',
    status: 204,
    codes: ['not_found'],
  },
  'GET /admin/invitations': {
    summary: 'List invitations',
    description: `Returns a page of the invitations of the last seven days, in no meaningful order. ${NO_ACTIVITY}`,
    status: 200,
    codes: ['not_found'],
    fields: {
      limit: 'The number of invitations on a page, from 1 to 100. Default: 50.',
      cursor: 'The `cursor` of the previous page.',
    },
  },
  'POST /admin/invitations': {
    summary: 'Invite a user',
    description: `Mails a link that opens an account with a verified email and these scopes, also while registration is closed. The link is good for seven days. ${RECENT}`,
    status: 201,
    codes: ['not_found', 'email_taken', 'too_many_attempts'],
    fields: { scopes: SCOPES, name: 'The name of the user, unless the user chooses another.' },
  },
  'DELETE /admin/invitations/{invitationId}': {
    summary: 'Revoke an invitation',
    description: `Voids the link. Succeeds if the invitation was revoked before; \`conflict\` once it was accepted. ${RECENT}`,
    status: 204,
    codes: ['not_found', 'conflict'],
  },
  'DELETE /admin/users/{userId}': {
    summary: 'Delete a user',
    description: `Revokes all sessions, frees the email address and deletes the user. ${RECENT}`,
    status: 204,
    codes: ['not_found', 'conflict'],
  },
  'GET /admin/users/{userId}/export': {
    summary: 'Export what is stored about a user',
    description: `Returns the user, the sessions, the rate limits in force and the activity, without any credential or hash. Pages after the first have only \`activity\`. For a user who was deleted, it returns what is left. ${RECENT} ${NO_ACTIVITY}`,
    status: 200,
    codes: ['not_found', 'conflict'],
    fields: { cursor: 'The `cursor` of the page before.' },
  },
  'POST /admin/users/{userId}/erase': {
    summary: 'Erase a user',
    description: `Deletes the user as \`DELETE\` does, and their activity. If the request fails, the user is disabled at most, and another request continues. Once nothing is left, it returns 404. ${RECENT}`,
    status: 204,
    codes: ['not_found', 'conflict'],
  },
  'GET /admin/users/{userId}/sessions': {
    summary: 'List a user’s sessions',
    description: `Returns the valid sessions of the user. ${NO_ACTIVITY}`,
    status: 200,
    codes: ['not_found'],
  },
  'GET /admin/users/{userId}/activity': {
    summary: 'List what happened to a user',
    description: `Returns the activity of the user, the newest first. ${NO_ACTIVITY}`,
    status: 200,
    codes: ['not_found'],
    fields: ACTIVITY_FIELDS,
  },
  'GET /admin/activity': {
    summary: 'List what happened lately',
    description: `Returns the activity of all users, the newest first and some seconds late. A page may have fewer entries than asked for, even none, as long as it has a \`cursor\`. ${NO_ACTIVITY}`,
    status: 200,
    fields: ACTIVITY_FIELDS,
  },
  'DELETE /admin/users/{userId}/sessions/{sessionId}': {
    summary: 'Revoke a user’s session',
    description: 'The next request of that session is refused.',
    status: 204,
    receipt: true,
    codes: ['not_found'],
    cookie: 'may expire',
  },
  'DELETE /admin/users/{userId}/sessions': {
    summary: 'Revoke all sessions of a user',
    description: 'Revokes every session of the user, also if the user is the caller.',
    status: 200,
    receipt: true,
    codes: ['not_found', 'conflict'],
    cookie: 'may expire',
  },
} satisfies Record<string, Operation>
