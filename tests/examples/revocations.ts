import type { RequestOptions } from '../support/http.ts'
import type { TestService, TestUser } from '../support/service.ts'

export interface SignedIn {
  readonly user: TestUser
  readonly token: string
  readonly id: string
}

/** Signs a new user in. */
export async function signInNew(service: TestService, scopes: readonly string[]): Promise<SignedIn> {
  const user = await service.user(scopes)
  const { token, id } = await service.signIn(user)
  return { user, token, id }
}

/** Both ways to present a session; a cookie is sent with the service's origin. */
export const CREDENTIALS: [kind: string, (service: TestService, token: string) => RequestOptions][] = [
  ['bearer token', (_service, token) => ({ bearer: token })],
  ['cookie', ({ url }, token) => ({ cookie: `__Host-session=${token}`, origin: url })],
]

const admin = async (service: TestService) => (await signInNew(service, ['admin:revoke'])).token

/** Every way to revoke a session, with the status of success. */
export const REVOCATIONS: [how: string, (service: TestService, signedIn: SignedIn) => Promise<number>][] = [
  ['logout', async (service, { token }) => (await service.request('POST', '/auth/logout', { bearer: token })).status],
  [
    'revocation by its user from another session',
    async (service, { user, id }) => {
      const { token } = await service.signIn(user)
      return (await service.request('DELETE', `/auth/sessions/${id}`, { bearer: token })).status
    },
  ],
  [
    'revocation of all sessions by its user',
    async (service, { token }) => (await service.request('DELETE', '/auth/sessions', { bearer: token })).status,
  ],
  [
    'revocation by an administrator',
    async (service, { user, id }) => {
      const path = `/admin/users/${user.id}/sessions/${id}`
      return (await service.request('DELETE', path, { bearer: await admin(service) })).status
    },
  ],
  [
    'revocation of all sessions by an administrator',
    async (service, { user }) => {
      const path = `/admin/users/${user.id}/sessions`
      return (await service.request('DELETE', path, { bearer: await admin(service) })).status
    },
  ],
]
