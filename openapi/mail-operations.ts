import type { ErrorCode } from '../lib/errors.ts'
import type { Operation } from './operation.ts'

const LINK = { token: 'The secret of the link, which stands in its fragment.' } as const

/** Routes of people who were invited, or sign in by a mailed code. */
export const BY_MAIL = {
  'POST /auth/invitations/accept': {
    summary: 'Accept an invitation',
    description:
      'Creates the invited user, with a proven email and the scopes of the invitation, also while registration is closed. `password_rejected` leaves the link good; any other use ends it. Does not sign in.',
    status: 201,
    codes: ['invalid_link', 'password_rejected', 'too_many_attempts', 'email_taken', 'conflict', 'not_found'],
    fields: { ...LINK, name: 'Default: the name in the invitation.' },
  },
  'POST /auth/login/code': {
    summary: 'Request a mail with a code that signs in',
    description:
      'Succeeds for every email address; an active account gets the mail. The code counts only in the browser that asked, which gets a cookie for it. Only with `LOGIN_CODE=on`.',
    status: 202,
    cookie: 'sets',
    codes: ['cross_origin', 'too_many_attempts', 'captcha_required', 'not_found'],
    credentials: 'optional',
  },
  'POST /auth/login/code/complete': {
    summary: 'Sign in by a mailed code',
    description:
      'As `POST /auth/login`, in the browser that asked for the code. A challenge compares five codes: `wrong_code` takes one, `challenge_expired` means to ask again. The first proof of an address removes what was set up before it, also the password.',
    status: 200,
    codes: [
      ...['wrong_code', 'challenge_expired', 'second_factor_required', 'invalid_scope', 'cross_origin'],
      ...['too_many_attempts', 'conflict', 'revocation_pending', 'not_found'],
    ] as ErrorCode[],
    cookie: 'sets',
    credentials: 'optional',
    fields: {
      code: 'The eight digits of the mail.',
      scopes: 'The scopes of the session. Default: all scopes that the user holds.',
      label: 'The name of the session in lists.',
      credential: 'Whether the response sets the cookie or returns `token`.',
    },
  },
} satisfies Record<string, Operation>
