import { NO_ACTIVITY, type Operation, RECENT } from './operation.ts'

const SIGNED_OUT = ['sign_in_again', 'revocation_pending'] as const
/** Routes of the own second factors. */
export const FACTORS = {
  'GET /auth/factors': {
    summary: 'List your second factors',
    description: `Returns no secret and no code. ${NO_ACTIVITY}`,
    status: 200,
  },
  'POST /auth/factors/totp': {
    summary: 'Show a new authenticator app',
    description: `Returns a secret, once. It counts when it is activated; one that was shown before is void. ${RECENT}`,
    status: 201,
    codes: ['conflict'],
  },
  'POST /auth/factors/totp/activate': {
    summary: 'Activate the authenticator app',
    description: `Takes a code of the app, which counts as used. Revokes all sessions and replaces the current one. Returns recovery codes with the first second factor. ${RECENT}`,
    status: 200,
    codes: ['wrong_code', ...SIGNED_OUT, 'conflict'],
    cookie: 'sets',
  },
  'DELETE /auth/factors/totp': {
    summary: 'Remove the authenticator app',
    description: `Removes the recovery codes as well if it is the last second factor. Revokes all sessions and replaces the current one. ${RECENT}`,
    status: 200,
    codes: [...SIGNED_OUT, 'conflict'],
    cookie: 'sets',
  },
  'POST /auth/factors/recovery-codes': {
    summary: 'Replace your recovery codes',
    description: `The codes before are void. Revokes all sessions and replaces the current one. ${RECENT}`,
    status: 200,
    codes: [...SIGNED_OUT, 'conflict'],
    cookie: 'sets',
  },
} satisfies Record<string, Operation>
