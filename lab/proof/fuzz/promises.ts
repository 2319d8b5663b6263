import type { ErrorCode } from '../../../lib/errors.ts'

/** The statuses and codes that a function may respond with (`docs/problems.md`), and what a success requires. */
export interface Promised {
  readonly ok: readonly number[]
  readonly codes: readonly ErrorCode[]
  /** `session`: a valid session; `user`: also an active user in the session's epoch. */
  readonly by: 'anybody' | 'session' | 'user'
  readonly scopes?: readonly string[]
  readonly fresh?: boolean
  /** Whether the answer may be `{err, description}` with 400, to an event that is not accepted (RFC 8935 §2.3). */
  readonly refusal?: true
}

const ANY: readonly ErrorCode[] = ['invalid_request', 'cross_origin']
const SESSION: readonly ErrorCode[] = [...ANY, 'unauthenticated']
const SCOPED: readonly ErrorCode[] = [...SESSION, 'insufficient_scope']
const BODY: readonly ErrorCode[] = ['payload_too_large', 'unsupported_media_type']
const NEW_PASSWORD: readonly ErrorCode[] = ['password_rejected', 'too_many_attempts']
/** After a change that was written but could not hand out a new session. */
const SIGNED_OUT: readonly ErrorCode[] = ['sign_in_again', 'revocation_pending']
/** Where mail is sent, or a mailed link is used. */
const MAIL: readonly ErrorCode[] = ['not_found', 'captcha_required']
const LINK: readonly ErrorCode[] = ['not_found', 'invalid_link']
const RECENT: readonly ErrorCode[] = [...SCOPED, 'reauthentication_required', 'conflict']
const ACCOUNT = { by: 'user', scopes: ['account'] } as const

export const PROMISES: Readonly<Record<string, Promised>> = {
  register: {
    ok: [201, 202],
    codes: [...ANY, ...BODY, ...NEW_PASSWORD, ...MAIL, 'email_taken', 'conflict', 'registration_closed'],
    by: 'anybody',
  },
  login: {
    ok: [200],
    codes: [
      ...[...ANY, ...BODY, 'invalid_scope', 'invalid_credentials', 'second_factor_required'],
      ...['password_change_required', 'password_rejected', 'too_many_attempts', 'conflict', 'revocation_pending'],
    ] as ErrorCode[],
    by: 'anybody',
  },
  'second-factor': {
    ok: [200],
    codes: [
      ...[...ANY, ...BODY, 'wrong_code', 'wrong_passkey', 'challenge_expired', 'invalid_scope'],
      ...['too_many_attempts', 'conflict'],
    ] as ErrorCode[],
    by: 'anybody',
  },
  'second-factor-options': { ok: [200], codes: [...ANY, ...BODY, 'challenge_expired', 'conflict'], by: 'anybody' },
  'begin-passkey-login': { ok: [200], codes: [...ANY, 'too_many_attempts'], by: 'anybody' },
  'passkey-login': {
    ok: [200],
    codes: [
      ...[...ANY, ...BODY, 'wrong_passkey', 'challenge_expired', 'invalid_scope'],
      ...['too_many_attempts', 'conflict'],
    ] as ErrorCode[],
    by: 'anybody',
  },
  logout: { ok: [200, 204], codes: ANY, by: 'anybody' },
  'start-provider-sign-in': {
    ok: [303],
    codes: ['invalid_request', 'not_found', 'too_many_attempts'],
    by: 'anybody',
  },
  'provider-callback': {
    ok: [303],
    codes: ['invalid_request', ...BODY, 'not_found', 'too_many_attempts'],
    by: 'anybody',
  },
  'provider-logout': {
    ok: [204],
    codes: [
      ...['invalid_request', ...BODY, 'provider_refused', 'provider_unavailable'],
      ...['not_found', 'too_many_attempts', 'conflict'],
    ] as ErrorCode[],
    by: 'anybody',
  },
  'exchange-token': {
    ok: [200],
    codes: [
      ...[...ANY, ...BODY, 'provider_refused', 'provider_unavailable', 'identity_not_linked', 'invalid_scope'],
      ...['second_factor_required', 'too_many_attempts', 'conflict', 'revocation_pending'],
    ] as ErrorCode[],
    by: 'anybody',
  },
  'revoke-by-provider': {
    ok: [204],
    codes: [
      ...['invalid_request', ...BODY, 'unauthenticated', 'provider_refused', 'provider_unavailable'],
      ...['not_found', 'too_many_attempts', 'conflict'],
    ] as ErrorCode[],
    by: 'anybody',
  },
  'receive-signals': {
    ok: [202],
    refusal: true,
    codes: [...BODY, 'invalid_request', 'provider_unavailable', 'not_found', 'too_many_attempts', 'conflict'],
    by: 'anybody',
  },
  'list-identities': { ok: [200], codes: SCOPED, ...ACCOUNT },
  'link-identity': {
    ok: [200],
    codes: [...SCOPED, ...BODY, 'reauthentication_required', 'not_found', 'provider_unavailable'],
    ...ACCOUNT,
    fresh: true,
  },
  'unlink-identity': { ok: [200], codes: [...RECENT, ...SIGNED_OUT, 'not_found'], ...ACCOUNT, fresh: true },
  'get-session': { ok: [200], codes: SESSION, by: 'user' },
  reauthenticate: {
    ok: [200],
    codes: [
      ...[...SESSION, ...BODY, 'wrong_password', 'wrong_code', 'wrong_passkey', 'challenge_expired'],
      'too_many_attempts',
    ] as ErrorCode[],
    by: 'user',
  },
  'list-sessions': { ok: [200], codes: SCOPED, ...ACCOUNT },
  'revoke-session': { ok: [200, 204], codes: [...SCOPED, 'not_found'], ...ACCOUNT },
  'revoke-all-sessions': { ok: [200], codes: [...SCOPED, ...SIGNED_OUT, 'conflict'], ...ACCOUNT },
  'change-password': {
    ok: [200],
    codes: [...SCOPED, ...BODY, ...NEW_PASSWORD, ...SIGNED_OUT, 'wrong_password', 'conflict'],
    ...ACCOUNT,
  },
  'delete-account': {
    ok: [204],
    codes: [...SCOPED, 'reauthentication_required', 'conflict', 'not_found'],
    ...ACCOUNT,
    fresh: true,
  },
  'complete-registration': {
    ok: [201],
    codes: [...ANY, ...BODY, ...LINK, ...NEW_PASSWORD, 'email_taken', 'conflict'],
    by: 'anybody',
  },
  'accept-invitation': {
    ok: [201],
    codes: [...ANY, ...BODY, ...LINK, ...NEW_PASSWORD, 'email_taken', 'conflict'],
    by: 'anybody',
  },
  'request-login-code': {
    ok: [202],
    codes: [...ANY, ...BODY, ...MAIL, 'too_many_attempts', 'not_found', 'cross_origin'],
    by: 'anybody',
  },
  'complete-login-code': {
    ok: [200],
    codes: [
      ...ANY,
      ...BODY,
      'not_found',
      'cross_origin',
      'too_many_attempts',
      'wrong_code',
      'challenge_expired',
      'second_factor_required',
      'invalid_scope',
      'conflict',
      'revocation_pending',
    ],
    by: 'anybody',
  },
  'request-password-reset': { ok: [202], codes: [...ANY, ...BODY, ...MAIL, 'too_many_attempts'], by: 'anybody' },
  'complete-password-reset': {
    ok: [204],
    codes: [...ANY, ...BODY, ...LINK, ...NEW_PASSWORD, 'conflict', 'revocation_pending'],
    by: 'anybody',
  },
  'request-email-verification': { ok: [202], codes: [...SCOPED, 'not_found', 'too_many_attempts'], ...ACCOUNT },
  'verify-email': { ok: [204], codes: [...SCOPED, ...BODY, ...LINK, 'too_many_attempts', 'conflict'], ...ACCOUNT },
  'request-email-change': {
    ok: [202],
    codes: [...SCOPED, ...BODY, 'reauthentication_required', 'not_found', 'too_many_attempts'],
    ...ACCOUNT,
    fresh: true,
  },
  'complete-email-change': {
    ok: [200],
    codes: [...SCOPED, ...BODY, ...LINK, ...SIGNED_OUT, 'too_many_attempts', 'email_taken', 'conflict'],
    ...ACCOUNT,
  },
  'undo-email-change': {
    ok: [204],
    codes: [...ANY, ...BODY, ...LINK, 'too_many_attempts', 'conflict', 'revocation_pending'],
    by: 'anybody',
  },
  'list-factors': { ok: [200], codes: SCOPED, ...ACCOUNT },
  'begin-totp': { ok: [201], codes: RECENT, ...ACCOUNT, fresh: true },
  'activate-totp': { ok: [200], codes: [...RECENT, ...BODY, ...SIGNED_OUT, 'wrong_code'], ...ACCOUNT, fresh: true },
  'remove-totp': { ok: [200], codes: [...RECENT, ...SIGNED_OUT], ...ACCOUNT, fresh: true },
  'replace-recovery-codes': { ok: [200], codes: [...RECENT, ...SIGNED_OUT], ...ACCOUNT, fresh: true },
  'begin-passkey': { ok: [200], codes: RECENT, ...ACCOUNT, fresh: true },
  'add-passkey': {
    ok: [201],
    codes: [...RECENT, ...BODY, ...SIGNED_OUT, 'wrong_passkey', 'challenge_expired'],
    ...ACCOUNT,
    fresh: true,
  },
  'rename-passkey': { ok: [200], codes: [...RECENT, ...BODY, 'not_found'], ...ACCOUNT, fresh: true },
  'remove-passkey': { ok: [200], codes: [...RECENT, ...SIGNED_OUT, 'not_found'], ...ACCOUNT, fresh: true },
  'list-activity': { ok: [200], codes: SCOPED, ...ACCOUNT },
  introspect: { ok: [200], codes: [...SCOPED, ...BODY], by: 'session', scopes: ['sessions:introspect'] },
  'issue-token': {
    ok: [200],
    codes: [...SESSION, ...BODY, 'not_found', 'invalid_scope', 'too_many_attempts'],
    by: 'user',
  },
  'token-keys': { ok: [200], codes: ['not_found'], by: 'anybody' },
  'admin-list-users': { ok: [200], codes: SCOPED, by: 'user', scopes: ['admin:read'] },
  'admin-create-user': {
    ok: [201],
    codes: [...SCOPED, ...BODY, 'reauthentication_required', 'password_rejected', 'email_taken', 'conflict'],
    by: 'user',
    scopes: ['admin:write'],
    fresh: true,
  },
  'admin-get-user': { ok: [200], codes: [...SCOPED, 'not_found'], by: 'user', scopes: ['admin:read'] },
  'admin-update-user': {
    ok: [200],
    codes: [...SCOPED, ...BODY, 'reauthentication_required', 'not_found', 'conflict'],
    by: 'user',
    scopes: ['admin:write'],
    fresh: true,
  },
  'admin-delete-user': {
    ok: [204],
    codes: [...SCOPED, 'reauthentication_required', 'not_found', 'conflict'],
    by: 'user',
    scopes: ['admin:write'],
    fresh: true,
  },
  'admin-export-user': {
    ok: [200],
    codes: [...SCOPED, 'reauthentication_required', 'not_found', 'conflict'],
    by: 'user',
    scopes: ['admin:read'],
    fresh: true,
  },
  'admin-erase-user': {
    ok: [204],
    codes: [...SCOPED, 'reauthentication_required', 'not_found', 'conflict'],
    by: 'user',
    scopes: ['admin:write'],
    fresh: true,
  },
  'admin-set-password': {
    ok: [204],
    codes: [...RECENT, ...BODY, 'not_found', 'password_rejected'],
    by: 'user',
    scopes: ['admin:write'],
    fresh: true,
  },
  'admin-send-password-reset': {
    ok: [202],
    codes: [...SCOPED, 'reauthentication_required', 'not_found', 'too_many_attempts'],
    by: 'user',
    scopes: ['admin:write'],
    fresh: true,
  },
  'admin-reset-factors': {
    ok: [204],
    codes: [...RECENT, 'not_found'],
    by: 'user',
    scopes: ['admin:write'],
    fresh: true,
  },
  'admin-list-invitations': { ok: [200], codes: [...SCOPED, 'not_found'], by: 'user', scopes: ['admin:read'] },
  'admin-invite-user': {
    ok: [201],
    codes: [...SCOPED, ...BODY, 'reauthentication_required', 'not_found', 'email_taken', 'too_many_attempts'],
    by: 'user',
    scopes: ['admin:write'],
    fresh: true,
  },
  'admin-revoke-invitation': {
    ok: [204],
    codes: [...RECENT, 'not_found'],
    by: 'user',
    scopes: ['admin:write'],
    fresh: true,
  },
  'admin-unlock-user': { ok: [204], codes: [...SCOPED, 'not_found'], by: 'user', scopes: ['admin:write'] },
  'admin-list-activity': { ok: [200], codes: [...SCOPED, 'not_found'], by: 'user', scopes: ['admin:read'] },
  'admin-recent-activity': { ok: [200], codes: SCOPED, by: 'user', scopes: ['admin:read'] },
  'admin-list-sessions': { ok: [200], codes: [...SCOPED, 'not_found'], by: 'user', scopes: ['admin:read'] },
  'admin-revoke-session': { ok: [200, 204], codes: [...SCOPED, 'not_found'], by: 'user', scopes: ['admin:revoke'] },
  'admin-revoke-all-sessions': {
    ok: [200],
    codes: [...SCOPED, 'not_found', 'conflict'],
    by: 'user',
    scopes: ['admin:revoke'],
  },
  health: { ok: [200], codes: ANY, by: 'anybody' },
  console: { ok: [200], codes: [...ANY, 'not_found'], by: 'anybody' },
  'no-route': { ok: [204], codes: [...ANY, 'not_found', 'method_not_allowed'], by: 'anybody' },
}

/** Functions that may respond with a session. */
export const CREATING = [
  ...['login', 'complete-login-code', 'second-factor', 'reauthenticate', 'change-password', 'revoke-all-sessions'],
  ...['passkey-login', 'add-passkey', 'remove-passkey', 'unlink-identity', 'exchange-token'],
  ...['complete-email-change', 'activate-totp', 'remove-totp', 'replace-recovery-codes'],
]
