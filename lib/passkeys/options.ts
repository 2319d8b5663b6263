import type { User } from '../user.ts'
import { PASSKEY_ALGORITHMS } from './algorithms.ts'
import { PASSKEY_SECONDS } from './passkey-challenges.ts'
import type { RelyingParty } from './relying-party.ts'

// What browsers take, as `PublicKeyCredential.parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` read it.

const timeout = PASSKEY_SECONDS * 1000

/** How to make a passkey (WebAuthn §5.4): one that the authenticator keeps, and verifies the user for. */
export function creationOptions({ id, name }: RelyingParty, user: User, challenge: string) {
  return {
    rp: { id, name },
    user: { id: userHandleOf(user), name: user.email as string, displayName: user.name ?? user.email },
    challenge,
    pubKeyCredParams: PASSKEY_ALGORITHMS.map((alg) => ({ type: 'public-key', alg }) as const),
    timeout,
    excludeCredentials: descriptorsOf(user),
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    } as const,
    attestation: 'none' as const,
  }
}

/**
 * What a passkey has to sign (WebAuthn §5.5).
 * @param user whose passkeys count; without a user, any passkey of the service, and its authenticator must verify its user
 */
export function requestOptions({ id }: RelyingParty, challenge: string, user?: User) {
  return {
    challenge,
    timeout,
    rpId: id,
    allowCredentials: user ? descriptorsOf(user) : [],
    userVerification: user ? ('preferred' as const) : ('required' as const),
  }
}

/** The name by which authenticators keep a user (WebAuthn §14.6.1): the public id, which says nothing about the person. */
const userHandleOf = ({ id }: User): string => Buffer.from(id).toString('base64url')

const descriptorsOf = ({ passkeys = {} }: User) =>
  Object.values(passkeys).map(({ credentialId, transports }) => ({
    type: 'public-key' as const,
    id: credentialId,
    transports: [...transports],
  }))
