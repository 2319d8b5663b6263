import { readFileSync } from 'node:fs'

interface Vector {
  readonly maker: string
  readonly password: string
  readonly hash: string
}

/**
 * Hashes made by the libraries themselves: crypt(3) of Debian, node-argon2 0.45, Django 5.2, firebase-scrypt 2.2 and
 * better-auth 1.7; the first of Firebase is the example of github.com/firebase/scrypt.
 */
export const FOREIGN_HASHES: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../fixtures/foreign-hashes.json', import.meta.url), 'utf8'),
)

/** One of them. */
export function foreignHash(maker: string): Vector {
  const vector = FOREIGN_HASHES.find((one) => one.maker === maker)
  if (!vector) throw new Error(`tests/fixtures/foreign-hashes.json has no ${maker}`)
  return vector
}
