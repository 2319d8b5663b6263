import { generateKeyPairSync, hash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { createClient } from '../../lib/dynamodb/index.ts'
import { kmsTokenKey } from '../../lib/dynamodb/kms-token-key.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { prefers } from '../../lib/http/preference.ts'
import type { Scope } from '../../lib/scope.ts'
import type { Session, SessionId } from '../../lib/session.ts'
import { issueAccessToken } from '../../lib/tokens/access-token.ts'
import { openFileTokenKey } from '../../lib/tokens/file-token-key.ts'
import { readKeySet } from '../../lib/tokens/key-set.ts'
import { signReceipt } from '../../lib/tokens/receipt.ts'
import { parseTokenConfig } from '../../lib/tokens/token-config.ts'
import type { TokenKey } from '../../lib/tokens/token-key.ts'
import type { UserId } from '../../lib/user.ts'
import { signByEcdsa } from '../support/sign-digest.ts'
import { type StandInKms, startStandInKms } from '../support/stand-in-kms.ts'

const soon = () => startDeadline(20)
const ISSUER = 'https://auth.example.com'
const NOW = 1_800_000_000
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab'

let folder: string
let file: string
let kms: StandInKms
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
const client = createClient({ endpoint: 'http://local:local@127.0.0.1:1', timeoutMs: 5000 })
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coatcheck-tokens-'))
  file = join(folder, 'a key.pem')
  await writeFile(
    file,
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  )
  kms = await startStandInKms(credentials)
})
afterAll(async () => {
  await kms.close()
  client.destroy()
  await rm(folder, { recursive: true })
})

describe('the configuration of tokens', () => {
  const parse = (env: Record<string, string>, deployed = true) => parseTokenConfig(env, { deployed })

  test('is absent without keys, also where the template joins none', () => {
    expect(parse({})).toBeUndefined()
    expect(parse({ TOKEN_KEYS: '  ' })).toBeUndefined()
  })

  test('has the key that signs first, and receipts without audiences', () => {
    const keys = [
      { algorithm: 'RS256', kmsKeyId: `mrk-${KEY_ID.replaceAll('-', '')}` },
      { algorithm: 'ES256', kmsKeyId: KEY_ID },
    ]
    const TOKEN_KEYS = ` RS256:mrk-${KEY_ID.replaceAll('-', '')} ES256:${KEY_ID}`
    expect(parse({ TOKEN_KEYS })).toEqual({ keys, audiences: [], seconds: 300, endpoint: undefined })
    const more = { TOKEN_AUDIENCES: 'orders, https://a.example', TOKEN_SECONDS: '60', TOKEN_KMS_ENDPOINT: 'http://x' }
    const expected = { keys, audiences: ['orders', 'https://a.example'], seconds: 60, endpoint: undefined }
    expect(parse({ TOKEN_KEYS, ...more })).toEqual(expected)
    expect(parse({ TOKEN_KEYS, ...more }, false)?.endpoint).toBe('http://x')
  })

  test('has a key on disk only in the stage local', () => {
    const TOKEN_KEYS = `ES256:${pathToFileURL(file).href}`
    expect(parse({ TOKEN_KEYS }, false)?.keys).toEqual([{ algorithm: 'ES256', file }])
    expect(() => parse({ TOKEN_KEYS })).toThrow('`TOKEN_KEYS`: expected an algorithm')
  })

  test.each([
    ['an alias, which another key could take', { TOKEN_KEYS: 'ES256:alias/tokens' }],
    ['another algorithm', { TOKEN_KEYS: `HS256:${KEY_ID}` }],
    ['no algorithm', { TOKEN_KEYS: KEY_ID }],
    ['more keys than two rotations need', { TOKEN_KEYS: Array(5).fill(`ES256:${KEY_ID}`).join() }],
    ['audiences without a key', { TOKEN_AUDIENCES: 'orders' }],
    ['a longer life than five minutes', { TOKEN_KEYS: `ES256:${KEY_ID}`, TOKEN_SECONDS: '301' }],
    ['an audience that is no name', { TOKEN_KEYS: `ES256:${KEY_ID}`, TOKEN_AUDIENCES: 'é' }],
  ])('refuses %s', (_, env) => {
    expect(() => parse(env)).toThrow(/`TOKEN_(KEYS|SECONDS|AUDIENCES)`: /)
  })
})

const SESSION = {
  id: 's'.repeat(21) as SessionId,
  userId: 'u'.repeat(21) as UserId,
  scopes: ['notes:read' as Scope],
  assurance: 2,
  authenticatedAt: NOW - 100,
  expiresAt: NOW + 1000,
  endsAt: NOW + 2000,
} as Partial<Session> as Session

const places: [string, () => Promise<TokenKey>][] = [
  ['on disk', () => openFileTokenKey(file, 'ES256')],
  [
    'of KMS, by ES256',
    async () => kmsTokenKey(client, { kmsKeyId: kms.createKey('ES256'), algorithm: 'ES256' }, kms.endpoint),
  ],
  [
    'of KMS, by RS256',
    async () => kmsTokenKey(client, { kmsKeyId: kms.createKey('RS256'), algorithm: 'RS256' }, kms.endpoint),
  ],
]

describe.each(places)('with a key %s', (_, open) => {
  const issue = async (key: TokenKey, session: Session, seconds = 300) =>
    issueAccessToken(
      { key, issuer: ISSUER, seconds, clock: () => NOW, randomText: () => 'j'.repeat(21) },
      session,
      { audience: 'orders', scopes: ['notes:read' as Scope] },
      soon(),
    )

  test('a token has the claims of RFC 9068 and is verified by the published keys', async () => {
    const key = await open()
    const { token, ...times } = await issue(key, SESSION)
    expect(times).toEqual({ expiresAt: NOW + 300, expiresIn: 300 })
    const keySet = await readKeySet([key], soon())
    const [published] = keySet.keys
    expect(published).toMatchObject({ kid: key.kid, alg: key.algorithm, use: 'sig' })
    expect(
      Object.keys(published ?? {})
        .sort()
        .join(),
    ).toBe(key.algorithm === 'ES256' ? 'alg,crv,kid,kty,use,x,y' : 'alg,e,kid,kty,n,use')
    const verified = await jwtVerify(token, createLocalJWKSet(keySet as never), {
      ...{
        issuer: ISSUER,
        audience: 'orders',
        typ: 'at+jwt',
        algorithms: [key.algorithm],
        currentDate: new Date(NOW * 1000),
      },
    })
    expect(verified.protectedHeader).toEqual({ alg: key.algorithm, typ: 'at+jwt', kid: key.kid })
    expect(verified.payload).toEqual({
      ...{ iss: ISSUER, aud: 'orders', sub: SESSION.userId, client_id: 'coatcheck', scope: 'notes:read' },
      ...{ iat: NOW, exp: NOW + 300, jti: 'j'.repeat(21), sid: SESSION.id },
      ...{ auth_time: NOW - 100, acr: 'urn:coatcheck:assurance:2' },
    })
  })

  test('a token ends no later than its session', async () => {
    const key = await open()
    expect(await issue(key, { ...SESSION, expiresAt: NOW + 5 })).toMatchObject({ expiresAt: NOW + 5, expiresIn: 5 })
    expect(await issue(key, { ...SESSION, endsAt: NOW + 7 })).toMatchObject({ expiresAt: NOW + 7, expiresIn: 7 })
  })

  test('a receipt says who revoked what, when and up to which epoch, and is no token', async () => {
    const key = await open()
    const sessions = Array.from({ length: 101 }, (_, index) => ({
      userId: SESSION.userId,
      id: String(index).padStart(21, '0') as SessionId,
    }))
    const revocation = { kind: 'all_sessions', sessions, userId: SESSION.userId, by: SESSION.userId, epoch: 7 } as const
    const receipt = await signReceipt({ key, issuer: ISSUER, clock: () => NOW }, revocation, soon())
    const keys = createLocalJWKSet((await readKeySet([key], soon())) as never)
    const { payload } = await jwtVerify(receipt, keys, { issuer: ISSUER, typ: 'revocation-receipt+jwt' })
    const named = sessions.slice(0, 100).map(({ userId, id }) => ({ userId, sessionId: id }))
    expect(payload).toEqual({
      ...{ iss: ISSUER, sub: SESSION.userId, iat: NOW, jti: expect.stringMatching(/^[\w-]{21}$/) },
      revocation: { kind: 'all_sessions', count: 101, sessions: named, by: SESSION.userId, epoch: 7 },
    })
    await expect(jwtVerify(receipt, keys, { issuer: ISSUER, typ: 'at+jwt' })).rejects.toThrow()
    await expect(jwtVerify(receipt, keys, { issuer: ISSUER, audience: 'orders' })).rejects.toThrow()
  })
})

test('a receipt about sessions of several users names no subject', async () => {
  const key = await openFileTokenKey(file, 'ES256')
  const sessions = ['u', 'v'].map((each) => ({ userId: each.repeat(21) as UserId, id: SESSION.id }))
  const receipt = await signReceipt({ key, issuer: ISSUER }, { kind: 'sessions', sessions }, soon())
  expect(JSON.parse(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString()).sub).toBeUndefined()
})

describe('a key of KMS', () => {
  const keyOf = (algorithm: 'ES256' | 'RS256' = 'ES256') =>
    kmsTokenKey(client, { kmsKeyId: kms.createKey(algorithm), algorithm }, kms.endpoint)

  test('is asked once for each signature, for a digest, in a request that is signed', async () => {
    kms.calls.length = 0
    const key = keyOf()
    await key.sign('a text', soon())
    const Message = hash('sha256', 'a text', 'base64')
    const input = { KeyId: expect.any(String), Message, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' }
    expect(kms.calls).toEqual([{ operation: 'Sign', input }])
    const stranger = createClient({ endpoint: 'http://local:wrong@127.0.0.1:1', timeoutMs: 5000 })
    const wrong = kmsTokenKey(stranger, { kmsKeyId: KEY_ID, algorithm: 'ES256' }, kms.endpoint)
    await expect(wrong.sign('a text', soon())).rejects.toThrow(UnavailableError)
    expect(kms.calls).toHaveLength(1)
    stranger.destroy()
  })

  test('has a name that does not tell where it is', () => {
    const key = kmsTokenKey(client, { kmsKeyId: KEY_ID, algorithm: 'ES256' })
    expect(key.kid).toMatch(/^[\w-]{43}$/)
    expect(key.kid).not.toContain(KEY_ID)
  })

  test('gives signatures of fixed length, whatever the length of their numbers', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const digest = hash('sha256', 'a text', 'buffer')
    const lengths = new Set<number>()
    for (let nonce = 1n; nonce < 60n; nonce++) {
      const der = signByEcdsa(privateKey, digest, nonce)
      lengths.add(der.length)
      kms.answer(() => ({ status: 200, body: JSON.stringify({ Signature: der.toString('base64') }) }))
      const signature = await keyOf().sign('a text', soon())
      expect(signature).toHaveLength(64)
      const { subtle } = crypto
      const spki = publicKey.export({ type: 'spki', format: 'der' })
      const verifier = await subtle.importKey(
        'spki',
        new Uint8Array(spki),
        { name: 'ECDSA', namedCurve: 'P-256' },
        false,
        ['verify'],
      )
      const parameters = { name: 'ECDSA', hash: 'SHA-256' }
      expect(await subtle.verify(parameters, verifier, new Uint8Array(signature), Buffer.from('a text'))).toBe(true)
    }
    expect(lengths.size).toBeGreaterThan(1)
    kms.answer()
  })

  test.each([
    ['fails', { status: 500, body: '{}' }],
    ['is throttled', { status: 400, body: '{"__type":"ThrottlingException"}' }],
    ['is disabled', { status: 400, body: '{"__type":"DisabledException"}' }],
    ['answers no JSON', { status: 200, body: '<html>' }],
    ['answers without a signature', { status: 200, body: '{}' }],
    ['answers a number', { status: 200, body: '{"Signature":7,"PublicKey":7}' }],
    ['answers bytes that are no signature', { status: 200, body: '{"Signature":"AAAA","PublicKey":"AAAA"}' }],
    [
      'answers one number',
      { status: 200, body: `{"Signature":"${Buffer.from('3003020101', 'hex').toString('base64')}"}` },
    ],
    [
      'answers a number without digits',
      { status: 200, body: `{"Signature":"${Buffer.from('300402000200', 'hex').toString('base64')}"}` },
    ],
    [
      'answers a number that is cut',
      { status: 200, body: `{"Signature":"${Buffer.from('300402200101', 'hex').toString('base64')}"}` },
    ],
  ])('that %s cannot be used', async (_, answer) => {
    kms.answer(() => answer)
    await expect(keyOf().sign('a text', soon())).rejects.toThrow(UnavailableError)
    await expect(keyOf().publicKey(soon())).rejects.toThrow(UnavailableError)
    kms.answer()
  })
})

describe('a key on disk', () => {
  test('has a name that stays the same', async () => {
    const [first, second] = [await openFileTokenKey(file, 'ES256'), await openFileTokenKey(file, 'ES256')]
    expect(first.kid).toBe(second.kid)
    expect(
      decodeProtectedHeader(
        await signReceipt({ key: first, issuer: ISSUER }, { kind: 'sessions', sessions: [] }, soon()),
      ).kid,
    ).toBe(first.kid)
  })

  test('that is missing, malformed or of another algorithm cannot be used, and is not shown', async () => {
    const broken = join(folder, 'broken.pem')
    await writeFile(broken, '-----BEGIN PRIVATE KEY-----\nhidden\n-----END PRIVATE KEY-----\n')
    for (const [path, algorithm] of [
      [join(folder, 'none'), 'ES256'],
      [broken, 'ES256'],
      [file, 'RS256'],
    ] as const) {
      const error = await openFileTokenKey(path, algorithm).catch((thrown: Error) => thrown)
      expect(error).toBeInstanceOf(UnavailableError)
      expect(String((error as Error).stack)).not.toContain('hidden')
    }
  })
})

test('a preference is found among others, in its first value', () => {
  const prefersReceipt = (prefer?: string) =>
    prefers({ header: (name) => (name === 'prefer' ? prefer : undefined) }, 'return', 'receipt')
  for (const prefer of [
    'return=receipt',
    'respond-async, return=receipt;foo=bar',
    'Return = "receipt"',
    'wait=1,return=receipt,return=minimal',
  ])
    expect(prefersReceipt(prefer), prefer).toBe(true)
  for (const prefer of [
    undefined,
    '',
    'return',
    'return=minimal, return=receipt',
    'receipt',
    'return=Receipt',
    'return=receipts',
    'no-return=receipt',
    'return="receipt',
  ])
    expect(prefersReceipt(prefer), prefer).toBe(false)
})
