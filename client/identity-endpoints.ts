import type { Identity, IssuedSession } from './types.ts'

/** The routes of identities, as those of `Endpoints`. A sign-in at a provider begins with a link to its start. */
export interface IdentityEndpoints {
  'GET /auth/identities': { response: { readonly identities: readonly Identity[] } }
  /** Needs a recent sign-in. The browser goes to `url`; on its return the identity is linked. */
  'POST /auth/identities': {
    body: { provider: string; returnTo?: string | undefined }
    response: { readonly url: string }
  }
  /** Needs a recent sign-in. Revokes all sessions and issues a new one. */
  'DELETE /auth/identities/{identityId}': { response: IssuedSession }
}
