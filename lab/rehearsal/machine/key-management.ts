import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type WireResponse, wireError, wireResponse } from '../../../tests/support/relay.ts'
import { signByEcdsa } from '../../../tests/support/sign-digest.ts'
import { REGION } from '../template/resolve.ts'

/** The real name of AWS KMS's endpoint. */
export const KMS_HOST = `kms.${REGION}.amazonaws.com`

const keys = new Map<string, { privateKey: KeyObject; publicKey: KeyObject }>()

/** KMS's response to Sign, of a digest by ECDSA, and to GetPublicKey. Every key that is asked for exists. */
export function useKey(operation: string, body: Buffer): WireResponse {
  const { KeyId, Message, MessageType, SigningAlgorithm } = JSON.parse(body.toString()) as Record<string, string>
  if (!KeyId) return wireError(400, 'ValidationException', 'The request names no key.')
  const key = keys.get(KeyId) ?? generateKeyPairSync('ec', { namedCurve: 'P-256' })
  keys.set(KeyId, key)
  const answer = (output: object) =>
    wireResponse(200, JSON.stringify({ KeyId, ...output }), 'application/x-amz-json-1.1')
  if (operation === 'GetPublicKey')
    return answer({ PublicKey: key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') })
  const digest = Buffer.from(Message ?? '', 'base64')
  if (operation !== 'Sign' || MessageType !== 'DIGEST' || SigningAlgorithm !== 'ECDSA_SHA_256' || digest.length !== 32)
    return wireError(400, 'ValidationException', 'The request is not a signature of a digest.')
  return answer({ Signature: signByEcdsa(key.privateKey, digest).toString('base64'), SigningAlgorithm })
}
