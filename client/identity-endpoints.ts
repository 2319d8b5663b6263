import type { Identity, IssuedSession, User } from './types.ts'

/** The routes of identities, as those of `Endpoints`. A sign-in at a provider begins with a link to its start. */
export interface IdentityEndpoints {
  /** For native and machine clients: exchanges a token that a provider has just issued for a session. */
  'POST /auth/exchange': {
    body: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange'
      subject_token: string
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' | 'urn:ietf:params:oauth:token-type:access_token'
      scopes?: readonly string[] | undefined
      label?: string | undefined
    }
    response: IssuedSession & { readonly user: User }
  }
  'GET /auth/identities': { response: { readonly identities: readonly Identity[] } }
  /** Needs a recent sign-in. The browser goes to `url`; on its return the identity is linked. */
  'POST /auth/identities': {
    body: { provider: string; returnTo?: string | undefined }
    response: { readonly url: string }
  }
  /** Needs a recent sign-in. Revokes all sessions and issues a new one. */
  'DELETE /auth/identities/{identityId}': { response: IssuedSession }
}
