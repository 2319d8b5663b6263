import { createPublicKey, hash } from 'node:crypto'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { UnavailableError } from '../errors.ts'
import type { TokenAlgorithm, TokenKey } from '../tokens/token-key.ts'
import { signedCall } from './signed-call.ts'

const SIGNING_ALGORITHMS = { ES256: 'ECDSA_SHA_256', RS256: 'RSASSA_PKCS1_V1_5_SHA_256' } as const
/** Half of a signature of ES256 (RFC 7518 §3.4). */
const NUMBER_BYTES = 32

/**
 * Opens a key of AWS KMS, by `Sign` and `GetPublicKey`, one signed request each. Needs the rights `kms:Sign` and
 * `kms:GetPublicKey` on the key.
 * @param client its credentials, connections and time limits are used
 * @param endpoint the URL of a local stand-in
 */
export function kmsTokenKey(
  client: DynamoDBClient,
  { kmsKeyId: KeyId, algorithm }: { readonly kmsKeyId: string; readonly algorithm: TokenAlgorithm },
  endpoint?: string,
): TokenKey {
  const operation = (name: string) => signedCall(client, { service: 'kms', target: `TrentService.${name}`, endpoint })
  const callSign = operation('Sign')
  const callGetPublicKey = operation('GetPublicKey')
  return {
    algorithm,
    kid: hash('sha256', KeyId, 'base64url'),

    async sign(text, deadline) {
      const request = {
        KeyId,
        Message: hash('sha256', text, 'base64'),
        MessageType: 'DIGEST', // a text may be longer than the 4096 bytes that KMS hashes itself
        SigningAlgorithm: SIGNING_ALGORITHMS[algorithm],
      }
      const signature = bytesOf(await callSign(JSON.stringify(request), deadline), 'Signature')
      return algorithm === 'ES256' ? fromDer(signature) : signature
    },

    async publicKey(deadline) {
      const key = bytesOf(await callGetPublicKey(JSON.stringify({ KeyId }), deadline), 'PublicKey')
      try {
        return createPublicKey({ key, format: 'der', type: 'spki' })
      } catch (error) {
        throw new UnavailableError('AWS KMS has answered with no public key', { cause: error })
      }
    },
  }
}

/** @throws UnavailableError for a response without the field */
function bytesOf(text: string, field: 'Signature' | 'PublicKey'): Buffer {
  try {
    const value: unknown = JSON.parse(text)[field]
    if (typeof value === 'string' && value !== '') return Buffer.from(value, 'base64')
  } catch {}
  throw new UnavailableError(`The response of AWS KMS has no ${field}`)
}

/** KMS signs ES256 as ASN.1, a sequence of two integers, and JWS has both numbers side by side, of fixed length. */
function fromDer(der: Buffer): Uint8Array {
  const malformed = new UnavailableError('The signature of AWS KMS is not of ES256')
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw malformed
  const numbers: Buffer[] = []
  for (let at = 2; at < der.length; ) {
    const length = der[at + 1] ?? 0
    const number = der.subarray(at + 2, at + 2 + length)
    const digits = number.subarray(number.length > NUMBER_BYTES && number[0] === 0 ? 1 : 0)
    if (der[at] !== 0x02 || number.length !== length || digits.length > NUMBER_BYTES || length === 0) throw malformed
    numbers.push(Buffer.concat([Buffer.alloc(NUMBER_BYTES - digits.length), digits]))
    at += 2 + length
  }
  if (numbers.length !== 2) throw malformed
  return Buffer.concat(numbers)
}
