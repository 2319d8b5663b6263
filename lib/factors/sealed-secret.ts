import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import { Secret } from '../secret.ts'
import type { RandomText } from '../system.ts'

/** The keys that seal secrets: the current one, and the one before as long as secrets are sealed with it. */
export interface FactorKeys {
  readonly version: number
  readonly current: Secret
  readonly previous?: Secret | undefined
}

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
/** Six bits each. */
const IV_CHARACTERS = 16
const TAG_BYTES = 16

/**
 * Encrypts a secret that must be read again, such as that of an authenticator (NIST SP 800-63B §3.1.4; AES-256-GCM, NIST
 * SP 800-38D). The text has the version of the key: `<version>.<base64url of iv, tag and ciphertext>`.
 * @param about what the secret belongs to; it cannot be opened as that of another user or factor
 */
export function seal(secret: Secret, about: string, { version, current }: FactorKeys, randomText: RandomText): string {
  const iv = Buffer.from(randomText(IV_CHARACTERS), 'base64url')
  const cipher = createCipheriv(ALGORITHM, keyOf(current), iv).setAAD(Buffer.from(about))
  const sealed = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()])
  return `${version}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`
}

/** Whether a secret is sealed with the current key. */
export const isCurrent = (text: string, { version }: FactorKeys): boolean => text.startsWith(`${version}.`)

/** Decrypts a sealed secret; `undefined` if it is malformed, belongs to something else, or its key is gone. */
export function unseal(text: string, about: string, keys: FactorKeys): Secret | undefined {
  const [version = '', sealed = ''] = text.split('.')
  const key = keyFor(Number(version), keys)
  const bytes = Buffer.from(sealed, 'base64url')
  if (!key || bytes.length <= IV_BYTES + TAG_BYTES) return undefined
  try {
    const decipher = createDecipheriv(ALGORITHM, keyOf(key), bytes.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(about))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    const opened = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
    return new Secret(opened.toString('utf8'))
  } catch {
    return undefined
  }
}

function keyFor(version: number, { version: current, current: key, previous }: FactorKeys): Secret | undefined {
  if (version === current) return key
  return version === current - 1 ? previous : undefined
}

/** 32 bytes of a key with enough random characters. */
const keyOf = (key: Secret): Uint8Array => hash('sha256', key.reveal(), 'buffer')
