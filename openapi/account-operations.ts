import type { ErrorCode } from '../lib/errors.ts'
import { ACTIVITY_FIELDS, NO_ACTIVITY, type Operation, RECENT } from './operation.ts'

const LINK = { token: 'The secret of the link, which stands in its fragment.' } as const
const SIGNED_OUT = ['sign_in_again', 'revocation_pending'] as const
/** Routes of the own account. */
export const ACCOUNT = {
  'POST /auth/register': {
    summary: 'Register a user',
    description:
      'With `REGISTRATION=open` takes a password and creates a user. With `REGISTRATION=mail` takes only `email` and mails a link that completes the registration. Does not sign in.',
    status: 201,
    accepted: 'With `REGISTRATION=mail`: a mail is on its way, whether or not the email has an account.',
    codes: [
      ...['registration_closed', 'password_rejected', 'too_many_attempts', 'email_taken', 'conflict'],
      ...['not_found', 'captcha_required'],
    ] as ErrorCode[],
    fields: {
      password: 'Required with `REGISTRATION=open`; refused with `REGISTRATION=mail`.',
      name: 'Refused with `REGISTRATION=mail`.',
    },
  },
  'POST /auth/register/complete': {
    summary: 'Complete a registration',
    description:
      'Creates the user of a mailed link, with a proven email. `password_rejected` leaves the link good; any other use ends it. Does not sign in.',
    status: 201,
    codes: ['invalid_link', 'password_rejected', 'too_many_attempts', 'email_taken', 'conflict', 'not_found'],
    fields: LINK,
  },
  'POST /auth/email/verification': {
    summary: 'Request a mail that proves your email',
    description: 'Sends a link to the email of the user. Sends nothing if the email is proven.',
    status: 202,
    codes: ['too_many_attempts', 'not_found'],
  },
  'POST /auth/email/verify': {
    summary: 'Prove your email',
    description: 'Uses a mailed link, once. The user who requested the link must be signed in.',
    status: 204,
    codes: ['invalid_link', 'too_many_attempts', 'conflict', 'not_found'],
    fields: LINK,
  },
  'POST /auth/password/reset': {
    summary: 'Request a mail that resets a password',
    description: 'Sends a link to the email if it has an account. The response does not tell.',
    status: 202,
    codes: ['too_many_attempts', 'captcha_required', 'not_found'],
  },
  'POST /auth/password/reset/complete': {
    summary: 'Reset a password',
    description:
      'Sets a new password by a mailed link, once, and revokes all sessions. `password_rejected` leaves the link good. Does not sign in.',
    status: 204,
    codes: ['invalid_link', 'password_rejected', 'too_many_attempts', 'conflict', 'revocation_pending', 'not_found'],
    fields: LINK,
  },
  'POST /auth/login': {
    summary: 'Sign in',
    description:
      'Creates a session. The response sets the session cookie, or returns `token` if `credential` is `bearer`; never both. A session whose credential the request carries is revoked. The cookie needs a same-origin request or one of a trusted origin. `password_change_required` means to repeat the request with `newPassword` too, which replaces the password and revokes all sessions.',
    status: 200,
    codes: [
      ...['invalid_scope', 'invalid_credentials', 'second_factor_required', 'password_change_required'],
      ...['password_rejected', 'too_many_attempts', 'conflict', 'revocation_pending'],
    ] as ErrorCode[],
    cookie: 'sets',
    credentials: 'optional',
    fields: {
      newPassword: 'Replaces the password. Refused unless the password must be changed.',
      scopes: 'The exact scopes of the session. Default: all scopes of the user.',
      label: 'The name of the session in lists.',
      credential: 'Whether the response sets the cookie or returns `token`.',
    },
  },
  'POST /auth/login/second-factor': {
    summary: 'Continue a sign-in with a second factor',
    description:
      'Takes the challenge of `second_factor_required` and one code, or a passkey. `wrong_code` and `wrong_passkey` leave the challenge good; `challenge_expired` means to start again.',
    status: 200,
    codes: [
      ...['wrong_code', 'wrong_passkey', 'challenge_expired', 'invalid_scope', 'too_many_attempts', 'conflict'],
    ] as ErrorCode[],
    cookie: 'sets',
    credentials: 'optional',
    fields: {
      challenge: 'The `challenge` of the refusal. After a sign-in at a provider, leave it out: the cookie has it.',
      totp: 'The current code of the authenticator app. Either this or `recoveryCode`.',
      recoveryCode: 'A recovery code, which is used up.',
      passkey: 'The answer to the options of `POST /auth/login/second-factor/options`.',
      credential: 'Whether the response sets the cookie or returns `token`.',
    },
  },
  'POST /auth/logout': {
    summary: 'Sign out',
    description:
      'Revokes the session of every credential in the request, of at most four, and expires the cookie. Succeeds without a credential too.',
    status: 204,
    receipt: true,
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
    description:
      'Verifies the password, a code of a second factor, a passkey, or several of them, and replaces the session with a new one that is authenticated now.',
    status: 200,
    codes: [
      ...['wrong_password', 'wrong_code', 'wrong_passkey', 'challenge_expired', 'too_many_attempts'],
    ] as ErrorCode[],
    cookie: 'sets',
    fields: { passkey: 'The answer to the options of `POST /auth/login/passkey/options`.' },
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
    receipt: true,
    codes: ['not_found'],
    cookie: 'may expire',
  },
  'DELETE /auth/sessions': {
    summary: 'Revoke all your sessions',
    description:
      'Revokes every session of the user. With `keep=current` the caller gets a new session in place of the current one, in the cookie or as `token`.',
    status: 200,
    receipt: true,
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
  'GET /auth/activity': {
    summary: 'List what happened to your account',
    description: `Returns sign-ins, failed sign-ins to the email address, sessions that began and ended with the reason, and changes, the newest first, of the last \`ACTIVITY_DAYS\`. ${NO_ACTIVITY}`,
    status: 200,
    fields: ACTIVITY_FIELDS,
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
  'POST /auth/token': {
    summary: 'Issue a signed token',
    description:
      'For a service that cannot ask this one: a token that it verifies by the keys at `/.well-known/jwks.json` (RFC 9068). Nobody can revoke it; it ends by itself, at most five minutes later. Exists with `TOKEN_AUDIENCES`.',
    status: 200,
    codes: ['invalid_scope', 'not_found', 'too_many_attempts'],
    fields: {
      audience: 'The service that the token is for, one of `TOKEN_AUDIENCES`.',
      scopes: 'The scopes of the token, which the session holds.',
    },
  },
} satisfies Record<string, Operation>
