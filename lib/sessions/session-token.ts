import { hash, timingSafeEqual } from 'node:crypto'
import { Secret } from '../secret.ts'
import type { SessionId } from '../session.ts'
import { ID_LENGTH, type RandomText } from '../system.ts'
import type { UserId } from '../user.ts'

/**
 * The parts of a session token, `cct_<userId>.<sessionId>.<secret>` with 21, 21 and 43 characters. The two ids are the
 * row's key, so that a check is one read without an index; the secret has 258 random bits and is never stored (OWASP
 * ASVS 7.2.3). The prefix lets secret scanners recognize a token. Clients treat the token as opaque.
 */
export interface SessionToken {
  readonly userId: UserId
  readonly sessionId: SessionId
  readonly secret: Secret
}

const SECRET_LENGTH = 43
const TOKEN = /^cct_([\w-]{21})\.([\w-]{21})\.([\w-]{43})$/

/** Creates a token with a new session id and a new secret. */
export function mintToken(userId: UserId, randomText: RandomText): SessionToken {
  return { userId, sessionId: randomText(ID_LENGTH) as SessionId, secret: new Secret(randomText(SECRET_LENGTH)) }
}

/** Parses a token; `undefined` for a text that Coatcheck cannot have issued. */
export function parseToken(text: string): SessionToken | undefined {
  const match = TOKEN.exec(text)
  if (!match) return undefined
  const [, userId, sessionId, secret] = match as unknown as [string, UserId, SessionId, string]
  return { userId, sessionId, secret: new Secret(secret) }
}

/** The text of a token, as a client receives it. */
export function formatToken(token: SessionToken): Secret {
  return new Secret(`cct_${token.userId}.${token.sessionId}.${token.secret.reveal()}`)
}

/** SHA-256 of the secret. Because a secret has 258 random bits, a fast hash suffices. */
export function hashSecret(secret: Secret): Uint8Array {
  return hash('sha256', secret.reveal(), 'buffer')
}

/** Compares in constant time (OWASP ASVS 11.2.4). */
export function secretMatches(secret: Secret, secretHash: Uint8Array): boolean {
  const hashed = hashSecret(secret)
  return hashed.length === secretHash.length && timingSafeEqual(hashed, secretHash)
}
