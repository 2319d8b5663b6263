import type { ErrorCode } from '../lib/errors.ts'
import { type Operation, RECENT } from './operation.ts'

const SIGNED_OUT = ['sign_in_again', 'revocation_pending'] as const
const RESPONSE = 'What `PublicKeyCredential.toJSON()` returns; further members are ignored.'
const NAME = 'How the user calls the passkey.'

/** Routes of passkeys. */
export const PASSKEYS = {
  'POST /auth/login/second-factor/options': {
    summary: 'Request options to continue a sign-in with a passkey',
    description:
      'For `PublicKeyCredential.parseRequestOptionsFromJSON`. The same challenge gets the same options as long as the user has the same passkeys.',
    status: 200,
    codes: ['challenge_expired', 'conflict'],
    fields: { challenge: 'The `challenge` of the refusal. After a sign-in at a provider, leave it out.' },
  },
  'POST /auth/login/passkey': {
    summary: 'Sign in with a passkey',
    description:
      'Takes the answer to the options of `POST /auth/login/passkey/options`, once, and creates a session of two factors as `POST /auth/login` does. The authenticator must have verified the user.',
    status: 200,
    codes: [...['wrong_passkey', 'challenge_expired', 'invalid_scope', 'too_many_attempts', 'conflict']] as ErrorCode[],
    cookie: 'sets',
    credentials: 'optional',
    fields: {
      response: RESPONSE,
      scopes: 'The exact scopes of the session. Default: all scopes of the user.',
      label: 'The name of the session in lists.',
      credential: 'Whether the response sets the cookie or returns `token`.',
    },
  },
  'POST /auth/login/passkey/options': {
    summary: 'Request options to sign in with a passkey',
    description:
      'For `PublicKeyCredential.parseRequestOptionsFromJSON`, good for ten minutes and one use. No email is needed: the authenticator names the user. Reauthentication takes the answer too.',
    status: 200,
    codes: ['too_many_attempts'],
  },
  'POST /auth/passkeys/options': {
    summary: 'Request options to add a passkey',
    description: `For \`PublicKeyCredential.parseCreationOptionsFromJSON\`, good for ten minutes and one use. ${RECENT}`,
    status: 200,
    codes: ['conflict'],
  },
  'POST /auth/passkeys': {
    summary: 'Add a passkey',
    description: `Revokes all sessions and replaces the current one. Returns recovery codes with the first second factor. At most 20 passkeys. ${RECENT}`,
    status: 201,
    codes: ['wrong_passkey', 'challenge_expired', ...SIGNED_OUT, 'conflict'],
    cookie: 'sets',
    fields: { response: RESPONSE, name: NAME },
  },
  'PATCH /auth/passkeys/{passkeyId}': {
    summary: 'Rename a passkey',
    description: `Ends no session. ${RECENT}`,
    status: 200,
    codes: ['not_found', 'conflict'],
    fields: { name: NAME },
  },
  'DELETE /auth/passkeys/{passkeyId}': {
    summary: 'Remove a passkey',
    description: `Removes the recovery codes as well if it is the last second factor. Revokes all sessions and replaces the current one. ${RECENT}`,
    status: 200,
    codes: ['not_found', ...SIGNED_OUT, 'conflict'],
    cookie: 'sets',
  },
} satisfies Record<string, Operation>
