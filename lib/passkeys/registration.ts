import { createPublicKey } from 'node:crypto'
import { type RegistrationResponseJSON, verifyRegistrationResponse } from '@simplewebauthn/server'
import { decodeAttestationObject, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers'
import { WrongPasskeyError } from '../factor-errors.ts'
import type { Passkey } from '../user.ts'
import { PASSKEY_ALGORITHMS } from './algorithms.ts'
import { bytesOf, challengeOf } from './client-data.ts'
import type { RelyingParty } from './relying-party.ts'

/** The response of an authenticator that has made a passkey, as `PublicKeyCredential.toJSON()` returns it. */
export interface RegistrationJson {
  readonly id: string
  readonly response: {
    readonly clientDataJSON: string
    readonly attestationObject: string
    readonly transports?: readonly string[] | undefined
  }
}

/** A passkey that an authenticator has made. */
export type NewPasskey = Pick<Passkey, 'credentialId' | 'publicKey' | 'algorithm' | 'firstCount' | 'transports'>

/** WebAuthn §4, credential ID: at most 1023 bytes. */
const MAX_CREDENTIAL_ID = 1364
/** WebAuthn §5.8.4, and `cable`, the former name of `hybrid`. */
const TRANSPORTS = ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal', 'cable']

/** The challenge that a registration answers. No call. @throws WrongPasskeyError if it is not for this service */
export function challengeOfRegistration({ response }: RegistrationJson, relyingParty: RelyingParty): string {
  return challengeOf(bytesOf(response.clientDataJSON), 'webauthn.create', relyingParty)
}

/**
 * Verifies a registration (WebAuthn §7.1), by @simplewebauthn/server. Of attestation statements only none, and that of the
 * passkey itself, are accepted: the options ask for none, and to verify another one the library fetches the lists of
 * revoked certificates from the addresses that the certificates name.
 * @param challenge of the options
 * @throws WrongPasskeyError if it is malformed, not for this service, without verification of the user, or of another
 *   algorithm
 */
export async function verifyRegistration(
  registration: RegistrationJson,
  challenge: string,
  { id, origins }: RelyingParty,
): Promise<NewPasskey> {
  const { credential } = await verified(registration, challenge, { id, origins }).catch(() => {
    throw new WrongPasskeyError({ reason: 'wrong_registration' }) // the library's message has values of the request
  })
  if (credential.id.length > MAX_CREDENTIAL_ID) throw new WrongPasskeyError({ reason: 'malformed_passkey' })
  const { publicKey, algorithm } = keyOf(credential.publicKey)
  const transports = TRANSPORTS.filter((known) => registration.response.transports?.includes(known))
  return { credentialId: credential.id, publicKey, algorithm, transports, firstCount: credential.counter }
}

async function verified(
  { id: credentialId, response }: RegistrationJson,
  challenge: string,
  { id, origins }: Pick<RelyingParty, 'id' | 'origins'>,
) {
  const attestation = decodeAttestationObject(new Uint8Array(bytesOf(response.attestationObject)))
  const certificates = attestation.get('attStmt').get('x5c')
  const format = attestation.get('fmt')
  if (format !== 'none' && (format !== 'packed' || certificates)) throw new Error('an attestation of somebody')
  const { clientDataJSON, attestationObject } = response
  const { registrationInfo, verified: isVerified } = await verifyRegistrationResponse({
    response: {
      ...{ id: credentialId, rawId: credentialId, type: 'public-key', clientExtensionResults: {} },
      response: { clientDataJSON, attestationObject },
    } satisfies RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: [...origins],
    expectedRPID: id,
    requireUserVerification: true,
    supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS],
  })
  if (!isVerified || !registrationInfo) throw new Error('not verified')
  return registrationInfo
}

/** Bytes: 2048 bits are the least that NIST SP 800-131A §3 allows; more than 4096 only cost. */
const MIN_MODULUS = 256
const MAX_MODULUS = 512
const ALGORITHM = 3
const CURVE = -1
const X = -2
const Y = -3
const N = -1
const E = -2

/** A COSE key (RFC 9052 §7) as SubjectPublicKeyInfo, which `node:crypto` takes. */
function keyOf(cose: Uint8Array<ArrayBuffer>): Pick<Passkey, 'publicKey' | 'algorithm'> {
  const fields = decodeCredentialPublicKey(cose) as unknown as Map<number, unknown>
  const algorithm = fields.get(ALGORITHM)
  try {
    if (typeof algorithm !== 'number') throw new Error('no algorithm')
    const key = createPublicKey({ key: jwkOf(fields, algorithm), format: 'jwk' })
    return { publicKey: key.export({ format: 'der', type: 'spki' }).toString('base64url'), algorithm }
  } catch {
    throw new WrongPasskeyError({ reason: 'malformed_passkey' })
  }
}

function jwkOf(fields: Map<number, unknown>, algorithm: number) {
  const text = (label: number) => Buffer.from(fields.get(label) as Uint8Array).toString('base64url')
  if (algorithm === -8 && fields.get(CURVE) === 6) return { kty: 'OKP', crv: 'Ed25519', x: text(X) }
  if (algorithm === -7 && fields.get(CURVE) === 1) return { kty: 'EC', crv: 'P-256', x: text(X), y: text(Y) }
  const { length = 0 } = (fields.get(N) ?? []) as ArrayLike<number>
  if (algorithm === -257 && length >= MIN_MODULUS && length <= MAX_MODULUS)
    return { kty: 'RSA', n: text(N), e: text(E) }
  throw new Error('another algorithm')
}
