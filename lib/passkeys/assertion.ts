import { createPublicKey, hash, verify } from 'node:crypto'
import { WrongPasskeyError } from '../factor-errors.ts'
import type { Passkey } from '../user.ts'
import { digestOf } from './algorithms.ts'
import { bytesOf, challengeOf } from './client-data.ts'
import type { RelyingParty } from './relying-party.ts'

/** The response of an authenticator that signs in, as `PublicKeyCredential.toJSON()` returns it. */
export interface AssertionJson {
  readonly id: string
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    readonly signature: string
    readonly userHandle?: string | undefined
  }
}

/** An assertion for this service. Nobody has verified its signature yet. */
export interface Assertion {
  readonly credentialId: string
  /** What was signed, as the options named it. */
  readonly challenge: string
  /** The id of the user, if the authenticator says it. */
  readonly userHandle: string | undefined
  /** Whether the authenticator has verified the user, by a PIN or a fingerprint: then it is two factors. */
  readonly isUserVerified: boolean
  /** The signature counter; 0 if the authenticator does not count. */
  readonly count: number
  readonly signed: Buffer
  readonly signature: Buffer
}

// The authenticator data (WebAuthn §6.1): the hash of the RP ID, a byte of flags, the counter, and further data.
const FLAGS_AT = 32
const COUNT_AT = 33
const LENGTH = 37
const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const BACKUP_ELIGIBLE = 0x08
const BACKED_UP = 0x10
const FURTHER_DATA = 0xc0

/**
 * Reads an assertion and checks all of it but the signature (WebAuthn §7.2, steps 10 to 18). No call.
 * @throws WrongPasskeyError if it is malformed, or not for this service
 */
export function readAssertion({ id, response }: AssertionJson, relyingParty: RelyingParty): Assertion {
  const clientData = bytesOf(response.clientDataJSON)
  const challenge = challengeOf(clientData, 'webauthn.get', relyingParty)
  const data = bytesOf(response.authenticatorData)
  const flags = data[FLAGS_AT] ?? 0
  const has = (flag: number) => (flags & flag) !== 0
  const isComplete = data.length === LENGTH || (data.length > LENGTH && has(FURTHER_DATA))
  if (!isComplete || !has(USER_PRESENT) || (has(BACKED_UP) && !has(BACKUP_ELIGIBLE)))
    throw new WrongPasskeyError({ reason: 'malformed_passkey' })
  if (!data.subarray(0, FLAGS_AT).equals(hash('sha256', relyingParty.id, 'buffer')))
    throw new WrongPasskeyError({ reason: 'foreign_rp_id' })
  return {
    credentialId: id,
    challenge,
    userHandle: response.userHandle && bytesOf(response.userHandle).toString('utf8'),
    isUserVerified: has(USER_VERIFIED),
    count: data.readUInt32BE(COUNT_AT),
    signed: Buffer.concat([data, hash('sha256', clientData, 'buffer')]),
    signature: bytesOf(response.signature),
  }
}

/** Whether a passkey has signed an assertion (WebAuthn §7.2, step 21). */
export function isSignedBy({ publicKey, algorithm }: Passkey, { signed, signature }: Assertion): boolean {
  const digest = digestOf(algorithm)
  if (digest === undefined) return false
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' })
    return verify(digest, signed, key, signature)
  } catch {
    return false // a key that Coatcheck cannot have stored
  }
}
