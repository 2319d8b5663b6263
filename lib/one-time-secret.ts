import { hash, timingSafeEqual } from 'node:crypto'
import { Secret } from './secret.ts'
import type { RandomText } from './system.ts'

/** In base64url, of six bits each. */
const LENGTH = 43
const TOKEN = /^([\w-]{21})([\w-]{43})$/

/** A random text of 258 bits that works once: in a mailed link, a challenge, or the cookie of a sign-in. */
export const newOneTimeSecret = (randomText: RandomText): Secret => new Secret(randomText(LENGTH))

/** SHA-256 of a secret, in base64url. Because it has 258 random bits, a fast hash suffices. */
export const hashOneTimeSecret = (secret: Secret): string => hash('sha256', secret.reveal(), 'base64url')

/** Whether a stored hash is of this secret. */
export const isHashOf = (stored: string | undefined, secret: Secret): boolean =>
  stored !== undefined && equalTexts(stored, hashOneTimeSecret(secret))

/** Compares two texts in a time that does not tell where they differ. */
export function equalTexts(expected: string, presented: string): boolean {
  const [own, other] = [Buffer.from(expected), Buffer.from(presented)]
  return own.length === other.length && timingSafeEqual(own, other)
}

/** Parses a token of 21 characters that name an item, and a secret; `undefined` for any other text. */
export function parseOneTimeToken(text: string): { readonly id: string; readonly secret: Secret } | undefined {
  const [, id, secret] = TOKEN.exec(text) ?? []
  return id === undefined || secret === undefined ? undefined : { id, secret: new Secret(secret) }
}
