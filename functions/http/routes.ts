/**
 * Maps every route to its function, which is named after its file. A test compares this table with `serverless.yml` and
 * docs/routes.md.
 */
export const ROUTES = {
  'POST /auth/register': 'register',
  'POST /auth/register/complete': 'complete-registration',
  'POST /auth/invitations/accept': 'accept-invitation',
  'POST /auth/login': 'login',
  'POST /auth/login/second-factor': 'second-factor',
  'POST /auth/login/code': 'request-login-code',
  'POST /auth/login/code/complete': 'complete-login-code',
  'POST /auth/login/second-factor/options': 'second-factor-options',
  'POST /auth/login/passkey': 'passkey-login',
  'POST /auth/login/passkey/options': 'begin-passkey-login',
  'GET /auth/oidc/{provider}/start': 'start-provider-sign-in',
  'GET /auth/oidc/{provider}/callback': 'provider-callback',
  'POST /auth/oidc/{provider}/callback': 'provider-callback',
  'POST /auth/oidc/{provider}/logout': 'provider-logout',
  'POST /auth/oidc/{provider}/revoke': 'revoke-by-provider',
  'POST /auth/oidc/{provider}/events': 'receive-signals',
  'POST /auth/exchange': 'exchange-token',
  'GET /auth/identities': 'list-identities',
  'POST /auth/identities': 'link-identity',
  'DELETE /auth/identities/{identityId}': 'unlink-identity',
  'POST /auth/logout': 'logout',
  'GET /auth/session': 'get-session',
  'POST /auth/session/reauthenticate': 'reauthenticate',
  'GET /auth/sessions': 'list-sessions',
  'DELETE /auth/sessions/{sessionId}': 'revoke-session',
  'DELETE /auth/sessions': 'revoke-all-sessions',
  'PUT /auth/password': 'change-password',
  'POST /auth/password/reset': 'request-password-reset',
  'POST /auth/password/reset/complete': 'complete-password-reset',
  'POST /auth/email/verification': 'request-email-verification',
  'POST /auth/email/verify': 'verify-email',
  'PUT /auth/email': 'request-email-change',
  'POST /auth/email/complete': 'complete-email-change',
  'POST /auth/email/undo': 'undo-email-change',
  'GET /auth/factors': 'list-factors',
  'POST /auth/factors/totp': 'begin-totp',
  'POST /auth/factors/totp/activate': 'activate-totp',
  'DELETE /auth/factors/totp': 'remove-totp',
  'POST /auth/factors/recovery-codes': 'replace-recovery-codes',
  'POST /auth/passkeys': 'add-passkey',
  'POST /auth/passkeys/options': 'begin-passkey',
  'PATCH /auth/passkeys/{passkeyId}': 'rename-passkey',
  'DELETE /auth/passkeys/{passkeyId}': 'remove-passkey',
  'DELETE /auth/account': 'delete-account',
  'GET /auth/activity': 'list-activity',
  'POST /auth/introspect': 'introspect',
  'POST /auth/token': 'issue-token',
  'GET /admin/users': 'admin-list-users',
  'POST /admin/users': 'admin-create-user',
  'GET /admin/users/{userId}': 'admin-get-user',
  'PATCH /admin/users/{userId}': 'admin-update-user',
  'DELETE /admin/users/{userId}': 'admin-delete-user',
  'GET /admin/users/{userId}/export': 'admin-export-user',
  'POST /admin/users/{userId}/erase': 'admin-erase-user',
  'PUT /admin/users/{userId}/password': 'admin-set-password',
  'POST /admin/users/{userId}/password-reset': 'admin-send-password-reset',
  'DELETE /admin/users/{userId}/factors': 'admin-reset-factors',
  'POST /admin/users/{userId}/unlock': 'admin-unlock-user',
  'GET /admin/users/{userId}/sessions': 'admin-list-sessions',
  'DELETE /admin/users/{userId}/sessions/{sessionId}': 'admin-revoke-session',
  'DELETE /admin/users/{userId}/sessions': 'admin-revoke-all-sessions',
  'GET /admin/users/{userId}/activity': 'admin-list-activity',
  'GET /admin/activity': 'admin-recent-activity',
  'GET /admin/invitations': 'admin-list-invitations',
  'POST /admin/invitations': 'admin-invite-user',
  'DELETE /admin/invitations/{invitationId}': 'admin-revoke-invitation',
  'GET /health': 'health',
  'GET /': 'console',
  'GET /assets/{file}': 'console',
  'GET /openapi.json': 'console',
  'GET /docs': 'console',
  'GET /link/{action}': 'console',
  'GET /.well-known/webauthn': 'console',
  'GET /.well-known/change-password': 'console',
  'GET /.well-known/jwks.json': 'token-keys',
  'GET /.well-known/openid-configuration': 'token-keys',
} as const

/** The methods of a path; none if the path does not exist. Every `GET` route answers `HEAD` too (RFC 9110 §9.3.2). */
export function methodsOf(path: string): string[] {
  return Object.keys(ROUTES)
    .map((route) => route.split(' ') as [method: string, pattern: string])
    .filter(([, pattern]) => matches(pattern.split('/'), path.split('/')))
    .flatMap(([method]) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}

function matches(pattern: string[], path: string[]): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((part, index) => part === path[index] || (part.startsWith('{') && path[index] !== ''))
  )
}
