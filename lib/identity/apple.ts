import { importPKCS8, SignJWT } from 'jose'
import type { Secret } from '../secret.ts'
import type { EpochSeconds } from '../system.ts'
import { ProviderUnavailableError } from './provider-errors.ts'

/** Longer than the configuration that holds it is used. */
const SECRET_SECONDS = 7200
const AUDIENCE = 'https://appleid.apple.com'

/** The key that signs client secrets, as Apple names it. */
export interface AppleKey {
  readonly teamId: string
  readonly keyId: string
}

/**
 * Makes a client secret for Apple: a token that the key signs (Sign in with Apple, "Creating a client secret").
 * @param key the private key as Apple hands it out, in PEM
 * @throws ProviderUnavailableError if the key cannot be read
 */
export async function appleClientSecret(
  { teamId, keyId, clientId }: AppleKey & { readonly clientId: string },
  key: Secret,
  now: EpochSeconds,
): Promise<string> {
  const privateKey = await importPKCS8(key.reveal(), 'ES256').catch(() => {
    throw new ProviderUnavailableError('The secret is no private key in PEM, as Apple hands it out')
  })
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: keyId })
    .setIssuer(teamId)
    .setSubject(clientId)
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + SECRET_SECONDS)
    .sign(privateKey)
}
