import type { ErrorCode } from '../lib/errors.ts'
import { NO_ACTIVITY, type Operation, RECENT } from './operation.ts'

const RETURN = 'Where the sign-in ends: a path such as `/account`, or an address of a trusted origin.'
const CALLBACK =
  'Answers 303 to where the sign-in was started from, with the session cookie. If it signs nobody in, `sign_in` in the query of that address says why. With `sign_in=second_factor`, `methods` lists the second factors that continue it at `POST /auth/login/second-factor`, without `challenge`.'

/** Routes of identities at providers. */
export const IDENTITIES = {
  'GET /auth/oidc/{provider}/start': {
    summary: 'Sign in at a provider',
    description:
      'For a link or a navigation of the browser: answers 303 to the provider. If the provider cannot be reached, 303 to `returnTo` with `sign_in=provider_unavailable`.',
    status: 303,
    codes: ['not_found', 'too_many_attempts'],
    cookie: 'sets',
    fields: {
      returnTo: `${RETURN} Default: the console.`,
      purpose: '`sign_in`, or `reauthenticate` to make the session of the browser recent again. Default: `sign_in`.',
      prompt: 'Passed on to the provider, such as `login` or `select_account`.',
      login_hint: 'Passed on to the provider, such as an email address.',
      max_age: 'How many seconds ago the person may last have signed in at the provider.',
    },
  },
  'GET /auth/oidc/{provider}/callback': {
    summary: 'Complete a sign-in at a provider',
    description: `For the provider’s redirect. ${CALLBACK} HEAD redeems nothing.`,
    status: 303,
    codes: ['not_found', 'too_many_attempts'],
    cookie: 'sets',
  },
  'POST /auth/oidc/{provider}/callback': {
    summary: 'Take a provider’s form post',
    description: 'For providers that post their response, such as Apple. Answers 303 to the same route by GET.',
    status: 303,
    codes: ['not_found', 'invalid_request'],
    fields: { state: 'As the start has made it. The other fields are those of the redirect.' },
  },
  'POST /auth/oidc/{provider}/logout': {
    summary: 'Take a provider’s logout token',
    description:
      'For the provider (OpenID Connect Back-Channel Logout 1.0). Revokes the sessions that the token names, also one that is just being made. A repeated token changes nothing more.',
    status: 204,
    codes: ['provider_refused', 'provider_unavailable', 'not_found', 'too_many_attempts', 'conflict'],
    fields: { logout_token: 'Signed by the provider.' },
  },
  'POST /auth/exchange': {
    summary: 'Exchange a provider’s token for a session',
    description:
      'For native and machine clients: signs the user of an ID token or access token in that a provider has issued for an audience of its `exchange`, within the last five minutes. Each token can be exchanged once. The response has the session’s token and sets no cookie.',
    status: 200,
    codes: [
      ...['provider_refused', 'provider_unavailable', 'identity_not_linked', 'invalid_scope', 'second_factor_required'],
      ...['too_many_attempts', 'conflict', 'revocation_pending'],
    ] as ErrorCode[],
    credentials: 'optional',
    fields: {
      grant_type: 'As in RFC 8693.',
      subject_token: 'The token of the provider.',
      subject_token_type: 'Whether it is an ID token or an access token.',
      scopes: 'The exact scopes of the session. Default: all scopes of the user.',
      label: 'The name of the session in lists.',
    },
  },
  'POST /auth/oidc/{provider}/revoke': {
    summary: 'Take a provider’s request to sign a subject out',
    description:
      'For the provider (Global Token Revocation, Okta Universal Logout), authenticated by a bearer token that it has signed for this address. Revokes all sessions of the subject’s user, also one that is just being made; succeeds also for a subject without an account.',
    status: 204,
    codes: [
      'unauthenticated',
      'provider_refused',
      'provider_unavailable',
      'not_found',
      'too_many_attempts',
      'conflict',
    ],
    fields: { sub_id: 'The subject (RFC 9493), in the format `iss_sub`.' },
  },
  'POST /auth/oidc/{provider}/events': {
    summary: 'Take an event of a provider’s stream',
    description:
      'For the provider (RFC 8935; Shared Signals Framework). Does what the `signals` of the provider say about the event, once. Invalid tokens are answered with `{err, description}`.',
    status: 202,
    codes: ['provider_unavailable', 'not_found', 'too_many_attempts', 'conflict', 'unavailable'],
    refusal: true,
  },
  'GET /auth/identities': {
    summary: 'List your identities',
    description: `Returns the identities at providers that sign the user in. ${NO_ACTIVITY}`,
    status: 200,
  },
  'POST /auth/identities': {
    summary: 'Begin to link an identity',
    description: `Returns the address at the provider that the browser must go to. The callback links the identity, revokes all sessions and replaces the session of the browser’s cookie. ${RECENT}`,
    status: 200,
    codes: ['not_found', 'provider_unavailable'],
    cookie: 'sets',
    fields: { provider: 'The id of the provider.', returnTo: `${RETURN} Default: the console.` },
  },
  'DELETE /auth/identities/{identityId}': {
    summary: 'Unlink an identity',
    description: `Revokes all sessions and replaces the current one. \`conflict\` if it is the last way in: a password, a passkey or an identity remains. ${RECENT}`,
    status: 200,
    codes: ['not_found', 'sign_in_again', 'revocation_pending', 'conflict'],
    cookie: 'sets',
  },
} satisfies Record<string, Operation>
