import type { Guest } from '../coatcheck.ts'
import { authorizerEvent, httpEvent } from '../http-event.ts'

export const PASSWORD = 'correct horse battery staple'
/** The scopes of the administrator. */
export const ADMIN_SCOPES = ['admin:read', 'admin:write', 'admin:revoke', 'sessions:introspect']

/** An event that a function answers with success, and something that success has in it. */
export type Call = readonly [event: object, expected: string]

const OK = '"statusCode":200'
const CREATED = '"statusCode":201'
const NO_CONTENT = '"statusCode":204'

/** A call for functions of each kind, on guests of one's own: most change something. */
export function callsOf(admin: Guest, guest: Guest, fresh: string): Record<string, Call> {
  const bearer = guest.token
  const { userId, id: sessionId } = guest.session
  const account = { email: guest.user.email, password: PASSWORD }
  const asAdmin = { bearer: admin.token }
  const user = `/admin/users/${userId}`
  const ofUser = { ...asAdmin, params: { userId } }
  const ofSession = { params: { userId, sessionId } }
  const keys = { Keys: { pk: { S: `user#${userId}` } }, SequenceNumber: '1' }
  return {
    authorizer: [authorizerEvent('GET', '/notes', { bearer }), '"isAuthorized":true'],
    login: [httpEvent('POST', '/auth/login', { body: { ...account, credential: 'bearer' } }), OK],
    register: [httpEvent('POST', '/auth/register', { body: { email: fresh, password: PASSWORD } }), CREATED],
    logout: [httpEvent('POST', '/auth/logout', { bearer }), NO_CONTENT],
    'get-session': [httpEvent('GET', '/auth/session', { bearer }), OK],
    reauthenticate: [httpEvent('POST', '/auth/session/reauthenticate', { bearer, body: { password: PASSWORD } }), OK],
    'list-sessions': [httpEvent('GET', '/auth/sessions', { bearer }), OK],
    'revoke-session': [httpEvent('DELETE', `/auth/sessions/${sessionId}`, { bearer, ...ofSession }), NO_CONTENT],
    'revoke-all-sessions': [httpEvent('DELETE', '/auth/sessions', { bearer }), OK],
    'change-password': [
      httpEvent('PUT', '/auth/password', { bearer, body: { currentPassword: PASSWORD, newPassword: `${PASSWORD} 2` } }),
      OK,
    ],
    'delete-account': [httpEvent('DELETE', '/auth/account', { bearer }), NO_CONTENT],
    introspect: [httpEvent('POST', '/auth/introspect', { ...asAdmin, body: `token=${guest.token}` }), OK],
    'admin-list-users': [httpEvent('GET', '/admin/users', asAdmin), OK],
    'admin-create-user': [
      httpEvent('POST', '/admin/users', { ...asAdmin, body: { email: `admin-${fresh}`, password: PASSWORD } }),
      CREATED,
    ],
    'admin-get-user': [httpEvent('GET', user, ofUser), OK],
    'admin-update-user': [httpEvent('PATCH', user, { ...ofUser, body: { name: 'Another' } }), OK],
    'admin-delete-user': [httpEvent('DELETE', user, ofUser), NO_CONTENT],
    'admin-list-sessions': [httpEvent('GET', `${user}/sessions`, ofUser), OK],
    'admin-revoke-all-sessions': [httpEvent('DELETE', `${user}/sessions`, ofUser), OK],
    'admin-revoke-session': [
      httpEvent('DELETE', `${user}/sessions/${sessionId}`, { ...asAdmin, ...ofSession }),
      NO_CONTENT,
    ],
    'finish-sweeps': [{ Records: [{ eventName: 'MODIFY', dynamodb: keys }] }, '"batchItemFailures":[]'],
    health: [httpEvent('GET', '/health'), OK],
    console: [httpEvent('GET', '/'), OK],
    'no-route': [httpEvent('GET', '/nowhere'), '"statusCode":404'],
  }
}
