import { constants, type KeyObject, privateEncrypt, randomBytes } from 'node:crypto'

// Signatures of a digest, as AWS KMS makes them. Node hashes what it signs by ECDSA, so that one is computed here (SEC 1
// §4.1.3, curve P-256), without care for the time that it takes: for tests alone.

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const A = P - 3n
type Point = readonly [x: bigint, y: bigint] | undefined
const G: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
]

const modulo = (value: bigint, modulus: bigint) => ((value % modulus) + modulus) % modulus

function inverse(value: bigint, modulus: bigint): bigint {
  let [r, next, s, t] = [modulo(value, modulus), modulus, 1n, 0n]
  while (next > 0n) {
    const q = r / next
    ;[r, next, s, t] = [next, r - q * next, t, s - q * t]
  }
  return modulo(s, modulus)
}

function add(a: Point, b: Point): Point {
  if (!a || !b) return a ?? b
  const [[x1, y1], [x2, y2]] = [a, b]
  if (x1 === x2 && y1 !== y2) return undefined
  const slope = x1 === x2 ? (3n * x1 * x1 + A) * inverse(2n * y1, P) : (y2 - y1) * inverse(x2 - x1, P)
  const x = modulo(slope * slope - x1 - x2, P)
  return [x, modulo(slope * (x1 - x) - y1, P)]
}

function multiply(point: Point, by: bigint): Point {
  let [sum, doubled]: Point[] = [undefined, point]
  for (let rest = by; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = add(sum, doubled)
    doubled = add(doubled, doubled)
  }
  return sum
}

const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

/** An integer in DER: as short as it can be, and with a zero in front of a high bit. */
function integer(value: bigint): Buffer {
  const digits = value.toString(16)
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex')
  const body = (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes
  return Buffer.concat([Buffer.from([0x02, body.length]), body])
}

/** @param nonce differs for each signature; tests choose it to get short and long numbers */
export function signByEcdsa(key: KeyObject, digest: Uint8Array, nonce = numberOf(randomBytes(31)) + 1n): Buffer {
  const secret = numberOf(Buffer.from(String(key.export({ format: 'jwk' }).d), 'base64url'))
  const r = modulo((multiply(G, nonce) ?? [0n])[0], N)
  const s = modulo(inverse(nonce, N) * (numberOf(digest) + r * secret), N)
  const body = Buffer.concat([integer(r), integer(s)])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}

const SHA256_PREFIX = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/** PKCS #1 v1.5 (RFC 8017 §9.2). */
export const signByRsa = (key: KeyObject, digest: Uint8Array): Buffer =>
  privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat([SHA256_PREFIX, digest]))
