import type { Operation } from './operation.ts'

const LINK = { token: 'The secret of the link, which stands in its fragment.' } as const
const SIGNED_OUT = ['sign_in_again', 'revocation_pending'] as const

/** Routes that change the email of the own account. */
export const EMAIL = {
  'PUT /auth/email': {
    summary: 'Ask to change your email',
    description:
      'Sends a link to the new email, and tells the present one. The response does not tell whether the new email has an account. Sends nothing for the present email.',
    status: 202,
    codes: ['too_many_attempts', 'not_found'],
  },
  'POST /auth/email/complete': {
    summary: 'Change your email',
    description:
      'Uses a mailed link, once, in a session of the user who asked for it. Revokes all sessions and replaces that of the request. The former email, if it was proven, receives a link that undoes the change within 72 hours. `email_taken` leaves the link good.',
    status: 200,
    codes: ['invalid_link', 'email_taken', 'too_many_attempts', 'conflict', 'not_found', ...SIGNED_OUT],
    cookie: 'sets',
    fields: LINK,
  },
  'POST /auth/email/undo': {
    summary: 'Undo a change of email',
    description:
      'Uses a link that was mailed to the former email, once: gives the user that email back, removes passwords and second factors that were set since the change, and revokes all sessions. Does not sign in.',
    status: 204,
    codes: ['invalid_link', 'too_many_attempts', 'conflict', 'revocation_pending', 'not_found'],
    fields: LINK,
  },
} satisfies Record<string, Operation>
