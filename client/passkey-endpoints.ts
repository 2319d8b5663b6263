import type { Assertion, CreationOptions, Passkey, Registration, RequestOptions } from './passkeys.ts'
import type { ChangedFactors, IssuedSession, User } from './types.ts'

/** The routes of passkeys, as those of `Endpoints`. */
export interface PasskeyEndpoints {
  /** For `PublicKeyCredential.parseRequestOptionsFromJSON`, to continue a sign-in with a passkey. */
  'POST /auth/login/second-factor/options': {
    body: { challenge?: string | undefined }
    response: { readonly options: RequestOptions }
  }
  /** Signs in with a passkey alone. `response` is what `PublicKeyCredential.toJSON()` returns. */
  'POST /auth/login/passkey': {
    body: {
      response: Assertion
      scopes?: readonly string[] | undefined
      label?: string | undefined
      credential?: 'cookie' | 'bearer' | undefined
    }
    response: IssuedSession & { readonly user: User }
  }
  /** For `PublicKeyCredential.parseRequestOptionsFromJSON`, to sign in or to reauthenticate with a passkey. */
  'POST /auth/login/passkey/options': { response: { readonly options: RequestOptions } }
  /** Needs a recent sign-in. For `PublicKeyCredential.parseCreationOptionsFromJSON`. */
  'POST /auth/passkeys/options': { response: { readonly options: CreationOptions } }
  /** Needs a recent sign-in. Revokes all sessions and issues a new one. `response` is what `toJSON()` returns. */
  'POST /auth/passkeys': {
    body: { response: Registration; name: string }
    response: ChangedFactors & { readonly passkey: Passkey }
  }
  /** Needs a recent sign-in. */
  'PATCH /auth/passkeys/{passkeyId}': { body: { name: string }; response: { readonly passkey: Passkey } }
  /** Needs a recent sign-in. Revokes all sessions and issues a new one. */
  'DELETE /auth/passkeys/{passkeyId}': { response: ChangedFactors }
}
