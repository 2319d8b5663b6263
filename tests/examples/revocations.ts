import type { RequestOptions } from '../support/http.ts'
import type { TestService, TestUser } from '../support/service.ts'

export interface SignedIn {
  readonly user: TestUser
  readonly token: string
  readonly id: string
}

/** Signs somebody new in. */
export async function signInNew(service: TestService, scopes: readonly string[]): Promise<SignedIn> {
  const user = await service.user(scopes)
  const { token, id } = await service.signIn(user)
  return { user, token, id }
}

/** Both ways to present a session; a cookie comes with the service's own origin. */
export const CREDENTIALS: [kind: string, (service: TestService, token: string) => RequestOptions][] = [
  ['bearer token', (_service, token) => ({ bearer: token })],
  ['cookie', ({ url }, token) => ({ cookie: `__Host-session=${token}`, origin: url })],
]

const admin = async (service: TestService) => (await signInNew(service, ['admin:revoke'])).token

/** Every way to end a session in Coatcheck, with the status that says it is done. */
export const REVOCATIONS: [how: string, (service: TestService, signedIn: SignedIn) => Promise<number>][] = [
  [
    'its logout',
    async (service, { token }) => (await service.request('POST', '/auth/logout', { bearer: token })).status,
  ],
  [
    'its user, from another session',
    async (service, { user, id }) => {
      const { token } = await service.signIn(user)
      return (await service.request('DELETE', `/auth/sessions/${id}`, { bearer: token })).status
    },
  ],
  [
    'its user, who ends all sessions',
    async (service, { token }) => (await service.request('DELETE', '/auth/sessions', { bearer: token })).status,
  ],
  [
    'an administrator',
    async (service, { user, id }) => {
      const path = `/admin/users/${user.id}/sessions/${id}`
      return (await service.request('DELETE', path, { bearer: await admin(service) })).status
    },
  ],
  [
    'an administrator, who ends all sessions of its user',
    async (service, { user }) => {
      const path = `/admin/users/${user.id}/sessions`
      return (await service.request('DELETE', path, { bearer: await admin(service) })).status
    },
  ],
]
