import type { KeyObject } from 'node:crypto'
import type { Deadline } from '../deadline.ts'

/**
 * The algorithms of tokens (RFC 7518 §3): ES256, and RS256 for services that verify nothing else, such as API Gateway's
 * JWT authorizer.
 */
export const TOKEN_ALGORITHMS = ['ES256', 'RS256'] as const

/** The name of an algorithm. */
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number]

/** A key that signs tokens and receipts. The private half never leaves its place. */
export interface TokenKey {
  readonly algorithm: TokenAlgorithm
  /** Names the key in tokens and in the key set. It tells nothing about the key's place. */
  readonly kid: string
  /**
   * Signs a text, as JWS has it: for ES256 the two numbers side by side (RFC 7518 §3.4). One call.
   * @throws UnavailableError if the key cannot be used
   */
  sign(text: string, deadline: Deadline): Promise<Uint8Array>
  /** The public half. One call. @throws UnavailableError if it cannot be read */
  publicKey(deadline: Deadline): Promise<KeyObject>
}
