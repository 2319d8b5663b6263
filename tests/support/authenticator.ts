import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

// An authenticator in memory: real keys and signatures, and every field open to lies.

export type KeyKind = 'Ed25519' | 'ES256' | 'RS256'

const ALGORITHMS: Readonly<Record<KeyKind, number>> = { Ed25519: -8, ES256: -7, RS256: -257 }
const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest()
const base64url = (data: Uint8Array | string) => Buffer.from(data).toString('base64url')

/** What a browser and an authenticator say, unless a test has them say something else. */
export interface Said {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  readonly topOrigin?: string
  readonly isUserPresent?: boolean
  readonly isUserVerified?: boolean
  /** Further flags of the authenticator data. */
  readonly flags?: number
  readonly count?: number
  readonly userHandle?: string | undefined
  readonly algorithm?: number
  readonly format?: string
  readonly statement?: Map<string, unknown>
  /** Follows the authenticator data. */
  readonly extra?: Uint8Array
}

/** Answers of an authenticator that the service does not know, to a challenge that it has not made. */
export function unknownAnswers(origin: string) {
  const authenticator = createAuthenticator({ origin })
  const options = { challenge: 'AAAA' }
  return { assertion: authenticator.sign(options, 'x'.repeat(21)), registration: authenticator.register(options) }
}

export type Authenticator = ReturnType<typeof createAuthenticator>

/** Creates an authenticator with one passkey of the service at `origin`. */
export function createAuthenticator({ origin, kind = 'ES256' }: { origin: string; kind?: KeyKind }) {
  const { publicKey, privateKey } = generate(kind)
  const credentialId = randomBytes(32)
  const id = base64url(credentialId)
  const host = new URL(origin).hostname

  const clientData = (type: string, challenge: string, said: Said) =>
    Buffer.from(
      JSON.stringify({
        // Browsers decode the challenge and encode it again.
        ...{ type: said.type ?? type, challenge: base64url(Buffer.from(challenge, 'base64url')) },
        origin: said.origin ?? origin,
        crossOrigin: said.crossOrigin ?? false,
        ...(said.topOrigin ? { topOrigin: said.topOrigin } : {}),
      }),
    )
  const authenticatorData = (said: Said, attested?: Uint8Array) => {
    const { rpId = host, isUserPresent = true, isUserVerified = true, flags = 0, count = 0 } = said
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(count)
    const all = (isUserPresent ? 1 : 0) | (isUserVerified ? 4 : 0) | (attested ? 0x40 : 0) | flags
    const extra = [attested, said.extra].filter((part) => part !== undefined)
    return Buffer.concat([sha256(rpId), Buffer.from([all]), counter, ...extra])
  }

  return {
    id,
    /** The public key as it is registered. */
    coseKey: new Uint8Array(cbor(coseKey(kind, publicKey, ALGORITHMS[kind]))),
    /** Answers creation options, as `PublicKeyCredential.toJSON()`. */
    register({ challenge }: { challenge: string }, said: Said = {}) {
      const key = cbor(coseKey(kind, publicKey, said.algorithm ?? ALGORITHMS[kind]))
      const length = Buffer.alloc(2)
      length.writeUInt16BE(credentialId.length)
      const authData = authenticatorData(said, Buffer.concat([Buffer.alloc(16), length, credentialId, key]))
      const attestation = new Map<unknown, unknown>([
        ['fmt', said.format ?? 'none'],
        ['attStmt', said.statement ?? new Map()],
        ['authData', authData],
      ])
      return {
        ...{ id, rawId: id, type: 'public-key', authenticatorAttachment: 'platform', clientExtensionResults: {} },
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', challenge, said)),
          attestationObject: base64url(cbor(attestation)),
          transports: ['internal', 'hybrid'],
        },
      }
    },
    /** Answers request options, as `PublicKeyCredential.toJSON()`. @param userId the user whom the passkey is of */
    sign({ challenge }: { challenge: string }, userId: string | undefined, said: Said = {}) {
      const json = clientData('webauthn.get', challenge, said)
      const data = authenticatorData(said)
      const digest = kind === 'Ed25519' ? null : 'sha256'
      const signature = sign(digest, Buffer.concat([data, sha256(json)]), privateKey)
      const userHandle = 'userHandle' in said ? said.userHandle : userId && base64url(userId)
      return {
        ...{ id, rawId: id, type: 'public-key', authenticatorAttachment: 'platform', clientExtensionResults: {} },
        response: {
          clientDataJSON: base64url(json),
          authenticatorData: base64url(data),
          signature: base64url(signature),
          ...(userHandle === undefined ? {} : { userHandle }),
        },
      }
    },
  }
}

function generate(kind: KeyKind): { publicKey: KeyObject; privateKey: KeyObject } {
  if (kind === 'Ed25519') return generateKeyPairSync('ed25519')
  if (kind === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

/** A COSE key (RFC 9052 §7). */
function coseKey(kind: KeyKind, publicKey: KeyObject, algorithm: number): Map<unknown, unknown> {
  const jwk = publicKey.export({ format: 'jwk' })
  const bytes = (text = '') => Buffer.from(text, 'base64url')
  if (kind === 'Ed25519')
    return new Map<unknown, unknown>([
      [1, 1],
      [3, algorithm],
      [-1, 6],
      [-2, bytes(jwk.x)],
    ])
  if (kind === 'ES256')
    return new Map<unknown, unknown>([
      [1, 2],
      [3, algorithm],
      [-1, 1],
      [-2, bytes(jwk.x)],
      [-3, bytes(jwk.y)],
    ])
  return new Map<unknown, unknown>([
    [1, 3],
    [3, algorithm],
    [-1, bytes(jwk.n)],
    [-2, bytes(jwk.e)],
  ])
}

/** Encodes as CBOR (RFC 8949): what attestation objects consist of. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)])
  if (value instanceof Map)
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, entry]) => [cbor(key), cbor(entry)])])
  throw new Error('not encoded')
}

function head(type: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(type << 5) | length])
  if (length < 256) return Buffer.from([(type << 5) | 24, length])
  return Buffer.from([(type << 5) | 25, length >> 8, length & 0xff])
}
