import * as crypto from 'node:crypto'
import { promisify } from 'node:util'

/** A password hash made by another system. */
export interface ForeignHash {
  readonly algorithm: 'argon2' | 'pbkdf2' | 'scrypt'
  /** Iterations of PBKDF2; kibibytes times passes of argon2 and scrypt. */
  readonly work: number
  /** Why no login verifies this hash; `undefined` if its parameters are within the limits. */
  readonly fault: string | undefined
  /** `undefined` if this Node.js lacks the algorithm: it has argon2 since 24.7. */
  readonly verify: ((password: string) => Promise<boolean>) | undefined
}

// Limits of one verification, so that an imported hash cannot occupy a function for seconds or exhaust its memory. They
// are above the defaults of the systems that make such hashes.
const MAX_ITERATIONS = 2_000_000
const MAX_SCRYPT_KIBIBYTES = 64 * 1024
const MAX_ARGON2_KIBIBYTES = 128 * 1024
const MAX_ARGON2_WORK = 512 * 1024
const MAX_ARGON2_LANES = 16

const ARGON2 = /^\$(argon2id?)\$v=19\$([mtp=,\d]{11,40})\$([A-Za-z\d+/]{11,86})\$([A-Za-z\d+/]{22,86})$/
const PBKDF2 = /^pbkdf2_sha256\$(\d{1,9})\$([^$]{1,128})\$([A-Za-z\d+/]{43}=)$/
const FIREBASE =
  /^\$fbscrypt\$v=1,n=(\d{1,2}),r=(\d{1,2}),p=1,ss=([A-Za-z\d+/=]{0,88}),sk=([A-Za-z\d+/=]{24,172})\$([A-Za-z\d+/=]{0,88})\$([A-Za-z\d+/=]{24,172})$/
const BETTER_AUTH = /^([\da-f]{32}):([\da-f]{128})$/

const pbkdf2 = promisify(crypto.pbkdf2)
const scrypt = promisify<crypto.BinaryLike, crypto.BinaryLike, number, crypto.ScryptOptions, Buffer>(crypto.scrypt)

/**
 * Reads a hash of another system: `$argon2id$…` and `$argon2i$…` (PHC string format, version 19), Django's
 * `pbkdf2_sha256$…`, Firebase's scrypt as `$fbscrypt$…` with all of its parameters, and better-auth's `<salt>:<key>`.
 * @returns `undefined` for any other text
 */
export function readForeignHash(text: string): ForeignHash | undefined {
  return readArgon2(text) ?? readPbkdf2(text) ?? readFirebase(text) ?? readBetterAuth(text)
}

/** RFC 9106; Laravel, PHP and most libraries. The order of the parameters differs between libraries. */
function readArgon2(text: string): ForeignHash | undefined {
  // Stryker disable next-line StringLiteral,ArrayDeclaration: only for the compiler, a match has every group
  const [, algorithm, parameters = '', salt = '', hash = ''] = ARGON2.exec(text) ?? []
  if (algorithm !== 'argon2id' && algorithm !== 'argon2i') return undefined
  const number = (name: string) => Number(new RegExp(`(?:^|,)${name}=(\\d{1,9})(?:,|$)`).exec(parameters)?.[1] ?? 0)
  const [memory, passes, parallelism] = [number('m'), number('t'), number('p')]
  const isWithin =
    parallelism >= 1 &&
    parallelism <= MAX_ARGON2_LANES &&
    memory >= 8 * parallelism &&
    memory <= MAX_ARGON2_KIBIBYTES &&
    passes >= 1 &&
    memory * passes <= MAX_ARGON2_WORK
  const argon2 = (crypto.argon2 as typeof crypto.argon2 | undefined) && promisify(crypto.argon2)
  const expected = decode(hash)
  const settings = { memory, passes, parallelism, nonce: decode(salt), tagLength: expected.length }
  return {
    algorithm: 'argon2',
    work: memory * passes,
    fault: isWithin
      ? undefined
      : `argon2 with ${parameters} is outside of m=8p to ${MAX_ARGON2_KIBIBYTES}, m·t at most ${MAX_ARGON2_WORK}, p at most ${MAX_ARGON2_LANES}`,
    verify: argon2 && (async (message) => isEqual(await argon2(algorithm, { ...settings, message }), expected)),
  }
}

function readPbkdf2(text: string): ForeignHash | undefined {
  // Stryker disable next-line StringLiteral,ArrayDeclaration: only for the compiler, a match has every group
  const [, digits, salt = '', hash = ''] = PBKDF2.exec(text) ?? []
  if (digits === undefined) return undefined
  const iterations = Number(digits)
  const expected = decode(hash)
  return {
    algorithm: 'pbkdf2',
    work: iterations,
    fault:
      iterations >= 1 && iterations <= MAX_ITERATIONS
        ? undefined
        : `PBKDF2 with ${iterations} iterations is outside of 1 to ${MAX_ITERATIONS}`,
    verify: async (password) => isEqual(await pbkdf2(password, salt, iterations, expected.length, 'sha256'), expected),
  }
}

/** https://github.com/firebase/scrypt: a key derived from the password encrypts the project's signer key. */
function readFirebase(text: string): ForeignHash | undefined {
  // Stryker disable next-line StringLiteral,ArrayDeclaration: only for the compiler, a match has every group
  const [, memoryCost, rounds, separator = '', signerKey = '', salt = '', hash = ''] = FIREBASE.exec(text) ?? []
  if (memoryCost === undefined) return undefined
  const [cost, blockSize] = [2 ** Number(memoryCost), Number(rounds)]
  const nonce = Buffer.concat([decode(salt), decode(separator)])
  return scryptHash(cost, blockSize, async (password, options) => {
    const key = await scrypt(password, nonce, 32, options)
    const cipher = crypto.createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
    return isEqual(cipher.update(decode(signerKey)), decode(hash))
  })
}

/** better-auth's parameters are fixed; its salt is the text, not what it encodes. */
function readBetterAuth(text: string): ForeignHash | undefined {
  // Stryker disable next-line StringLiteral,ArrayDeclaration: only for the compiler, a match has every group
  const [, salt, hash = ''] = BETTER_AUTH.exec(text) ?? []
  if (salt === undefined) return undefined
  const expected = Buffer.from(hash, 'hex')
  return scryptHash(2 ** 14, 16, async (password, options) =>
    isEqual(await scrypt(password.normalize('NFKC'), salt, expected.length, options), expected),
  )
}

function scryptHash(
  cost: number,
  blockSize: number,
  verify: (password: string, options: crypto.ScryptOptions) => Promise<boolean>,
): ForeignHash {
  const work = (cost * blockSize) / 8
  const options = { cost, blockSize, parallelization: 1, maxmem: 2 * 1024 * MAX_SCRYPT_KIBIBYTES }
  return {
    algorithm: 'scrypt',
    work,
    fault:
      cost > 1 && blockSize > 0 && work <= MAX_SCRYPT_KIBIBYTES
        ? undefined
        : `scrypt with N=${cost},r=${blockSize} is outside of N·r = 2 to ${8 * MAX_SCRYPT_KIBIBYTES}`,
    verify: (password) => verify(password, options),
  }
}

function decode(base64: string): Buffer {
  return Buffer.from(base64, 'base64')
}

function isEqual(derived: Buffer, expected: Buffer): boolean {
  return derived.length === expected.length && crypto.timingSafeEqual(derived, expected)
}
