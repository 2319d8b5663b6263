import type { Cast, TokenName } from './cast.ts'
import { ORIGIN } from './origins.ts'

/** A request that succeeds. */
export interface Sample {
  readonly method: string
  readonly path: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
  readonly as?: TokenName
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
  readonly body?: unknown
  readonly isBase64Encoded?: unknown
}

/** A sample for each function with an HTTP route. */
export function samplesOf({
  members: { ben, dot: ofDot },
  tokens,
  dot,
  codeSignIn,
}: Cast): Readonly<Record<string, Sample>> {
  const idOf = (token: string) => token.split('.')[1] ?? ''
  const fresh = { email: 'new-one@example.com', password: 'entirely made of new words' }
  const ofBen = { userId: ben.id }
  const users = `/admin/users/${ben.id}`
  return {
    register: { method: 'POST', path: '/auth/register', body: { ...fresh, name: 'New' } },
    login: {
      method: 'POST',
      path: '/auth/login',
      body: { email: ben.email, password: ben.password, credential: 'bearer', label: 'desk', scopes: ['account'] },
    },
    'second-factor': {
      method: 'POST',
      path: '/auth/login/second-factor',
      body: { challenge: dot.tokens.challenge, recoveryCode: dot.recoveryCodes[0], credential: 'bearer' },
    },
    'complete-registration': {
      method: 'POST',
      path: '/auth/register/complete',
      body: { token: dot.tokens.ticket, password: fresh.password, name: 'New' },
    },
    'accept-invitation': {
      method: 'POST',
      path: '/auth/invitations/accept',
      body: { token: dot.tokens.invitation, password: fresh.password, name: 'New' },
    },
    'request-login-code': {
      method: 'POST',
      path: '/auth/login/code',
      body: { email: ben.email },
      headers: { origin: ORIGIN },
    },
    'complete-login-code': {
      method: 'POST',
      path: '/auth/login/code/complete',
      body: { code: codeSignIn.code, credential: 'bearer' },
      headers: { origin: ORIGIN },
      cookies: [`__Host-session-code=${codeSignIn.secret}`],
    },
    'second-factor-options': {
      method: 'POST',
      path: '/auth/login/second-factor/options',
      body: { challenge: dot.tokens.challenge },
    },
    'begin-passkey-login': { method: 'POST', path: '/auth/login/passkey/options' },
    'passkey-login': {
      method: 'POST',
      path: '/auth/login/passkey',
      body: { response: dot.assertion(), credential: 'bearer' },
    },
    'begin-passkey': { method: 'POST', path: '/auth/passkeys/options', as: 'ben' },
    'add-passkey': {
      method: 'POST',
      path: '/auth/passkeys',
      as: 'dot',
      body: { response: dot.registration(), name: 'phone' },
    },
    'rename-passkey': {
      method: 'PATCH',
      path: `/auth/passkeys/${dot.ids.passkey}`,
      params: { passkeyId: dot.ids.passkey },
      as: 'dot',
      body: { name: 'laptop' },
    },
    'remove-passkey': {
      method: 'DELETE',
      path: `/auth/passkeys/${dot.ids.passkey}`,
      params: { passkeyId: dot.ids.passkey },
      as: 'dot',
    },
    'admin-invite-user': {
      method: 'POST',
      path: '/admin/invitations',
      as: 'ada',
      body: { email: fresh.email, scopes: ['a:b'], name: 'New' },
    },
    'admin-list-invitations': { method: 'GET', path: '/admin/invitations', as: 'ada' },
    'admin-revoke-invitation': {
      method: 'DELETE',
      path: `/admin/invitations/${dot.ids.invitation}`,
      params: { invitationId: dot.ids.invitation },
      as: 'ada',
    },
    'request-password-reset': { method: 'POST', path: '/auth/password/reset', body: { email: ben.email } },
    'complete-password-reset': {
      method: 'POST',
      path: '/auth/password/reset/complete',
      body: { token: dot.tokens.reset, newPassword: fresh.password },
    },
    'request-email-verification': { method: 'POST', path: '/auth/email/verification', as: 'ben' },
    'verify-email': {
      method: 'POST',
      path: '/auth/email/verify',
      as: 'dot',
      body: { token: dot.tokens.verification },
    },
    'request-email-change': { method: 'PUT', path: '/auth/email', as: 'ben', body: { newEmail: fresh.email } },
    'complete-email-change': {
      method: 'POST',
      path: '/auth/email/complete',
      as: 'dot',
      body: { token: dot.tokens.change },
    },
    'undo-email-change': { method: 'POST', path: '/auth/email/undo', body: { token: dot.tokens.undo } },
    'list-factors': { method: 'GET', path: '/auth/factors', as: 'dot' },
    'begin-totp': { method: 'POST', path: '/auth/factors/totp', as: 'ben' },
    'activate-totp': {
      method: 'POST',
      path: '/auth/factors/totp/activate',
      as: 'dot',
      body: { code: dot.pendingCode() },
    },
    'remove-totp': { method: 'DELETE', path: '/auth/factors/totp', as: 'dot' },
    'replace-recovery-codes': { method: 'POST', path: '/auth/factors/recovery-codes', as: 'dot' },
    'start-provider-sign-in': {
      method: 'GET',
      path: '/auth/oidc/idp/start',
      params: { provider: 'idp' },
      query: { returnTo: '/#account', login_hint: ben.email, max_age: '60' },
    },
    'provider-callback': {
      method: 'GET',
      path: '/auth/oidc/idp/callback',
      params: { provider: 'idp' },
      query: { code: 'c', state: 's' },
    },
    'list-identities': { method: 'GET', path: '/auth/identities', as: 'ben' },
    logout: { method: 'POST', path: '/auth/logout', as: 'ben' },
    'get-session': { method: 'GET', path: '/auth/session', as: 'ben' },
    reauthenticate: {
      method: 'POST',
      path: '/auth/session/reauthenticate',
      as: 'ben',
      body: { password: ben.password },
    },
    'list-sessions': { method: 'GET', path: '/auth/sessions', as: 'ben' },
    'revoke-session': {
      method: 'DELETE',
      path: `/auth/sessions/${idOf(tokens.due)}`,
      params: { sessionId: idOf(tokens.due) },
      as: 'ben',
    },
    'revoke-all-sessions': { method: 'DELETE', path: '/auth/sessions', query: { keep: 'current' }, as: 'ben' },
    'change-password': {
      method: 'PUT',
      path: '/auth/password',
      as: 'ben',
      body: { currentPassword: ben.password, newPassword: 'another thing altogether' },
    },
    'delete-account': { method: 'DELETE', path: '/auth/account', as: 'ben' },
    'list-activity': { method: 'GET', path: '/auth/activity', query: { limit: '3' }, as: 'ben' },
    introspect: { method: 'POST', path: '/auth/introspect', as: 'ada', body: { token: tokens.ben } },
    'issue-token': {
      method: 'POST',
      path: '/auth/token',
      as: 'ben',
      body: { audience: 'orders', scopes: ['account'] },
    },
    'token-keys': { method: 'GET', path: '/.well-known/jwks.json' },
    'admin-list-users': {
      method: 'GET',
      path: '/admin/users',
      query: { email: ben.email },
      as: 'ada',
    },
    'admin-create-user': { method: 'POST', path: '/admin/users', as: 'ada', body: { ...fresh, scopes: ['a:b'] } },
    'admin-get-user': { method: 'GET', path: users, params: ofBen, as: 'ada' },
    'admin-update-user': {
      method: 'PATCH',
      path: users,
      params: ofBen,
      as: 'ada',
      body: { name: 'Benjamin', scopes: ['notes:read'], status: 'disabled' },
    },
    'admin-delete-user': { method: 'DELETE', path: users, params: ofBen, as: 'ada' },
    'admin-export-user': { method: 'GET', path: `${users}/export`, params: ofBen, as: 'ada' },
    'admin-erase-user': { method: 'POST', path: `${users}/erase`, params: ofBen, as: 'ada' },
    'admin-set-password': {
      method: 'PUT',
      path: `${users}/password`,
      params: ofBen,
      as: 'ada',
      body: { password: fresh.password },
    },
    'admin-send-password-reset': { method: 'POST', path: `${users}/password-reset`, params: ofBen, as: 'ada' },
    'admin-reset-factors': {
      method: 'DELETE',
      path: `/admin/users/${ofDot.id}/factors`,
      params: { userId: ofDot.id },
      as: 'ada',
    },
    'admin-unlock-user': { method: 'POST', path: `${users}/unlock`, params: ofBen, as: 'ada' },
    'admin-list-activity': { method: 'GET', path: `${users}/activity`, params: ofBen, as: 'ada' },
    'admin-recent-activity': {
      method: 'GET',
      path: '/admin/activity',
      query: { since: '2026-11-30T12:00:00Z' },
      as: 'ada',
    },
    'admin-list-sessions': { method: 'GET', path: `${users}/sessions`, params: ofBen, as: 'ada' },
    'admin-revoke-session': {
      method: 'DELETE',
      path: `${users}/sessions/${idOf(tokens.ben)}`,
      params: { ...ofBen, sessionId: idOf(tokens.ben) },
      as: 'ada',
    },
    'admin-revoke-all-sessions': { method: 'DELETE', path: `${users}/sessions`, params: ofBen, as: 'ada' },
    health: { method: 'GET', path: '/health' },
    console: { method: 'GET', path: '/' },
    'no-route': { method: 'OPTIONS', path: '/auth/login' },
  }
}

/** The encoding of a body. */
export function encoded(name: string, body: Sample['body']): { type: string; text: string } | undefined {
  if (!body) return undefined
  if (name !== 'introspect') return { type: 'application/json', text: JSON.stringify(body) }
  const form = new URLSearchParams(body as Record<string, string>)
  return { type: 'application/x-www-form-urlencoded', text: form.toString() }
}

/** A sample as an event of an HTTP API, payload 2.0, with the headers, cookies and body of `sent`. */
export function eventOf(cast: Cast, name: string, sample: Sample, sent: Sent = {}): Record<string, unknown> {
  const { method, path, params, query, body, as, headers, cookies } = sample
  const content = encoded(name, body)
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    ...((sent.cookies ?? cookies) ? { cookies: sent.cookies ?? cookies } : {}),
    headers: sent.headers ?? {
      ...(content ? { 'content-type': content.type } : {}),
      ...headers,
      ...(as ? { authorization: `Bearer ${cast.tokens[as]}` } : {}),
    },
    ...(query ? { queryStringParameters: query } : {}),
    ...(params ? { pathParameters: params } : {}),
    requestContext: {
      accountId: '123456789012',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.7', userAgent: 'fuzz' },
      requestId: 'JKJaXmPLvHcESHA=',
      stage: '$default',
    },
    ...('body' in sent ? { body: sent.body } : content ? { body: content.text } : {}),
    isBase64Encoded: sent.isBase64Encoded ?? false,
  }
}
