import { WrongPasskeyError } from '../factor-errors.ts'
import type { RelyingParty } from './relying-party.ts'

const BASE64URL = /^[\w-]+$/

/** Decodes base64url without padding (RFC 4648 §5). @throws WrongPasskeyError for any other text */
export function bytesOf(text: string): Buffer {
  if (!BASE64URL.test(text)) throw new WrongPasskeyError({ reason: 'malformed_passkey' })
  return Buffer.from(text, 'base64url')
}

/**
 * Checks what the browser says about a ceremony (WebAuthn §5.8.1): its type, the page's origin, and that the page was not
 * inside one of another origin. The signature covers the same bytes.
 * @returns the challenge
 * @throws WrongPasskeyError
 */
export function challengeOf(
  clientDataJson: Buffer,
  type: 'webauthn.create' | 'webauthn.get',
  { origins }: RelyingParty,
): string {
  const data = parse(clientDataJson)
  if (data.type !== type || typeof data.challenge !== 'string')
    throw new WrongPasskeyError({ reason: 'malformed_passkey' })
  const isOwnPage = typeof data.origin === 'string' && origins.includes(data.origin)
  if (!isOwnPage || data.crossOrigin === true || data.topOrigin !== undefined)
    throw new WrongPasskeyError({ reason: 'foreign_origin' })
  return data.challenge
}

function parse(json: Buffer): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(json.toString('utf8'))
    return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
