import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import { nanoid } from 'nanoid'
import { beforeAll, describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { isSignedBy, readAssertion } from '../../lib/passkeys/assertion.ts'
import { creationOptions, requestOptions } from '../../lib/passkeys/options.ts'
import { addition, MAX_PASSKEYS, removal, renaming } from '../../lib/passkeys/passkey-changes.ts'
import { createPasskeys } from '../../lib/passkeys/passkeys.ts'
import { challengeOfRegistration, verifyRegistration } from '../../lib/passkeys/registration.ts'
import { systemRandomText } from '../../lib/system.ts'
import type { Passkey, User } from '../../lib/user.ts'
import { changedUser } from '../../lib/user-change.ts'
import { type Authenticator, createAuthenticator, type KeyKind, type Said } from '../support/authenticator.ts'
import { NOW, sampleUser } from '../support/samples.ts'

// The building blocks of passkeys, without a store, on real keys and signatures.

const origin = 'https://auth.example.com'
const rp = { id: 'auth.example.com', name: 'auth.example.com', origins: [origin] } as const
const challenge = nanoid(44)
const refused = (reason: string) =>
  expect.objectContaining({ code: 'wrong_passkey', facts: expect.objectContaining({ reason }) })

async function made(authenticator: Authenticator, said: Said = {}): Promise<Passkey> {
  const registration = authenticator.register({ challenge }, said)
  const passkey = await verifyRegistration(registration, challengeOfRegistration(registration, rp), rp)
  return { ...passkey, name: 'laptop', createdAt: NOW, since: 1 }
}

function register(authenticator: Authenticator, said: Said = {}) {
  const registration = authenticator.register({ challenge }, said)
  return verifyRegistration(registration, challengeOfRegistration(registration, rp), rp)
}

describe.each<KeyKind>(['Ed25519', 'ES256', 'RS256'])('a passkey of %s', (kind) => {
  let authenticator: Authenticator
  let passkey: Passkey
  beforeAll(async () => {
    authenticator = createAuthenticator({ origin, kind })
    passkey = await made(authenticator, { count: 3 })
  })

  test('is registered with its key, and signs in', () => {
    expect(passkey).toMatchObject({ credentialId: authenticator.id, firstCount: 3, transports: ['hybrid', 'internal'] })
    expect(passkey.publicKey.length).toBeLessThan(kind === 'RS256' ? 400 : 130)
    const assertion = readAssertion(authenticator.sign({ challenge }, 'u'.repeat(21), { count: 9 }), rp)
    expect(assertion).toMatchObject({ challenge, count: 9, isUserVerified: true, userHandle: 'u'.repeat(21) })
    expect(isSignedBy(passkey, assertion)).toBe(true)
  })

  test('is accepted or refused as by the library, whatever byte was changed', async () => {
    const json = authenticator.sign({ challenge }, undefined, { count: 9 })
    const own = (changed: typeof json) => {
      try {
        return isSignedBy(passkey, readAssertion(changed, rp))
      } catch {
        return false
      }
    }
    const library = (response: typeof json) =>
      verifyAuthenticationResponse({
        response: { ...response, type: 'public-key', authenticatorAttachment: 'platform' },
        ...{
          expectedChallenge: challenge,
          expectedOrigin: origin,
          expectedRPID: rp.id,
          requireUserVerification: false,
        },
        credential: { id: json.id, publicKey: authenticator.coseKey, counter: 0 },
      }).then(
        ({ verified }) => verified,
        () => false,
      )
    expect([own(json), await library(json)]).toEqual([true, true])
    for (const field of ['authenticatorData', 'clientDataJSON', 'signature'] as const)
      for (let index = 0; index < 300; index += 7) {
        const bytes = Buffer.from(json.response[field], 'base64url')
        if (index >= bytes.length) break
        bytes[index] = (bytes[index] ?? 0) ^ (index % 2 === 0 ? 1 : 0x10)
        const changed = { ...json, response: { ...json.response, [field]: bytes.toString('base64url') } }
        expect([own(changed), await library(changed)], `${field} ${index}`).toEqual([false, false])
      }
  })

  test('is not that of another key, nor of an algorithm that is not pinned', async () => {
    const assertion = readAssertion(authenticator.sign({ challenge }, undefined), rp)
    const other = await made(createAuthenticator({ origin, kind }))
    expect(isSignedBy({ ...passkey, publicKey: other.publicKey }, assertion)).toBe(false)
    for (const algorithm of [-48, -35, 0]) expect(isSignedBy({ ...passkey, algorithm }, assertion)).toBe(false)
    expect(isSignedBy({ ...passkey, publicKey: '' }, assertion)).toBe(false)
  })
})

describe('an assertion', () => {
  const authenticator = createAuthenticator({ origin })

  test.each<[what: string, said: Said, reason: string]>([
    ['of another origin', { origin: 'https://auth.example.com.evil.test' }, 'foreign_origin'],
    ['of the same host without TLS', { origin: 'http://auth.example.com' }, 'foreign_origin'],
    ['of a page in a frame of another site', { crossOrigin: true }, 'foreign_origin'],
    ['with the origin of a frame', { topOrigin: 'https://evil.test' }, 'foreign_origin'],
    ['of another RP ID', { rpId: 'example.com' }, 'foreign_rp_id'],
    ['of the wrong ceremony', { type: 'webauthn.create' }, 'malformed_passkey'],
    ['without presence of the user', { isUserPresent: false }, 'malformed_passkey'],
    ['of a backed up key that cannot be backed up', { flags: 0x10 }, 'malformed_passkey'],
    ['with bytes that no flag announces', { extra: Buffer.from([0]) }, 'malformed_passkey'],
  ])('%s is refused', (_, said, reason) => {
    expect(() => readAssertion(authenticator.sign({ challenge }, undefined, said), rp)).toThrow(refused(reason))
  })

  test('is refused if it is malformed', () => {
    const json = authenticator.sign({ challenge }, undefined)
    const text = (data: string) => Buffer.from(data).toString('base64url')
    for (const response of [
      { clientDataJSON: '' },
      { clientDataJSON: 'a+b=' },
      { clientDataJSON: text('no JSON') },
      { clientDataJSON: text('null') },
      { clientDataJSON: text('[]') },
      { clientDataJSON: text(JSON.stringify({ type: 'webauthn.get', origin })) },
      { clientDataJSON: text(JSON.stringify({ type: 'webauthn.get', challenge, origin: [origin] })) },
      { authenticatorData: json.response.authenticatorData.slice(0, 40) },
      { signature: 'ä' },
    ])
      expect(() => readAssertion({ ...json, response: { ...json.response, ...response } }, rp)).toThrow(
        expect.objectContaining({ code: 'wrong_passkey' }),
      )
  })

  test('is accepted of a related origin that is configured', () => {
    const json = authenticator.sign({ challenge }, undefined, { origin: 'https://example.de' })
    const related = { ...rp, origins: [origin, 'https://example.de'] as const }
    expect(readAssertion(json, related).challenge).toBe(challenge)
  })

  test('tells whether the authenticator verified the user', () => {
    const read = (isUserVerified: boolean) =>
      readAssertion(authenticator.sign({ challenge }, undefined, { isUserVerified }), rp).isUserVerified
    expect([read(true), read(false)]).toEqual([true, false])
  })
})

describe('a registration', () => {
  test.each<[what: string, said: Said]>([
    ['without verification of the user', { isUserVerified: false }],
    ['without presence of the user', { isUserPresent: false }],
    ['of another RP ID', { rpId: 'example.com' }],
    ['of an algorithm that is not pinned: ML-DSA-44', { algorithm: -48 }],
    ['of an algorithm that is not pinned: ES384', { algorithm: -35 }],
    ['of a key of another algorithm', { algorithm: -8 }],
    ['with the attestation of a manufacturer', { format: 'packed', statement: new Map([['x5c', [Buffer.from([1])]]]) }],
    ['with an attestation whose lists the library would fetch', { format: 'apple' }],
  ])('%s is refused', async (_, said) => {
    await expect(register(createAuthenticator({ origin }), said)).rejects.toThrow(
      expect.objectContaining({ code: 'wrong_passkey' }),
    )
  })

  test.each<[what: string, said: Said, reason: string]>([
    ['of another origin', { origin: 'https://evil.test' }, 'foreign_origin'],
    ['of a page in a frame', { crossOrigin: true }, 'foreign_origin'],
    ['of the wrong ceremony', { type: 'webauthn.get' }, 'malformed_passkey'],
  ])('%s is refused before the library reads it', async (_, said, reason) => {
    await expect(async () => register(createAuthenticator({ origin }), said)).rejects.toThrow(refused(reason))
  })

  test('is refused if its CBOR is malformed, without a word of it', async () => {
    const registration = createAuthenticator({ origin }).register({ challenge })
    const { attestationObject } = registration.response
    const bytes = Buffer.from(attestationObject, 'base64url')
    const broken = [
      ...[bytes.subarray(0, 20), Buffer.alloc(40, 0xff), Buffer.from('a'.repeat(60)), Buffer.from([0xa0])],
      Buffer.concat([Buffer.from([0xbf]), bytes]),
      ...Array.from({ length: 40 }, (_, index) => {
        const changed = Buffer.from(bytes)
        changed[index * 4] = 0xff
        return changed
      }).filter((_, index) => index * 4 < 29 || index * 4 > 135),
    ]
    for (const [index, each] of broken.entries()) {
      const response = { ...registration.response, attestationObject: each.toString('base64url') }
      const error = await verifyRegistration({ ...registration, response }, challenge, rp).catch((caught) => caught)
      expect(error, `${index}`).toMatchObject({ code: 'wrong_passkey' })
      expect(error.cause).toBeUndefined()
    }
  })
})

describe('passkeys of a user', () => {
  const authenticator = createAuthenticator({ origin })
  let first: Passkey
  let user: User
  beforeAll(async () => {
    first = await made(authenticator)
    user = { ...sampleUser(), passkeys: { a: first }, passkeyCounts: { a: 5 }, passkeyUsedAt: { a: NOW } }
  })
  const uses: unknown[] = []
  const passkeys = createPasskeys({
    store: {
      async usePasskey(_, id, use) {
        uses.push([id, use])
        return id !== 'gone'
      },
    },
    clock: () => NOW,
  })
  const read = (said: Said = {}) => readAssertion(authenticator.sign({ challenge }, user.id, said), rp)

  test('sign for their user alone, with a counter that went up or none', async () => {
    for (const count of [0, 6, 4_294_967_295]) expect(passkeys.verify(user, read({ count }))).toMatchObject({ count })
    for (const count of [1, 5]) expect(() => passkeys.verify(user, read({ count }))).toThrow(refused('copied_passkey'))
    const fresh = { ...user, passkeys: { a: { ...first, firstCount: 8 } }, passkeyCounts: {} }
    expect(() => passkeys.verify(fresh, read({ count: 8 }))).toThrow(refused('copied_passkey'))
    expect(passkeys.verify(fresh, read({ count: 9 }))).toMatchObject({ passkeyId: 'a' })
    const other = { ...sampleUser(), passkeys: user.passkeys }
    expect(() => passkeys.verify(other as User, read())).toThrow(refused('passkey_of_another_user'))
    expect(() => passkeys.verify({ ...user, passkeys: {} }, read())).toThrow(refused('unknown_passkey'))
    expect(passkeys.verify(user, read({ userHandle: undefined }))).toMatchObject({ passkeyId: 'a' })
    const key = (await made(createAuthenticator({ origin }))).publicKey
    const replaced = { ...user, passkeys: { a: { ...first, publicKey: key } } }
    expect(() => passkeys.verify(replaced, read())).toThrow(refused('wrong_signature'))
  })

  test('record a counter each time, and a use without one on the first of a day', async () => {
    const use = (passkeyId: string, count: number, usedAt: number) =>
      passkeys.use(user, { passkeyId, count, usedAt }, startDeadline())
    uses.length = 0
    await use('a', 0, NOW - 86_399)
    await use('a', 0, NOW - 86_400)
    await use('a', 7, NOW)
    await use('gone', 0, 0)
    expect(uses).toEqual([
      ['a', { count: 0, at: NOW }],
      ['a', { count: 7, at: NOW }],
      ['gone', { count: 0, at: NOW }],
    ])
    await expect(use('gone', 1, 0)).rejects.toThrow(refused('copied_passkey'))
  })

  const add = (to: User, passkey: Passkey, passkeyId: string) =>
    addition(to, passkey, { passkeyId, name: 'phone', now: NOW, randomText: systemRandomText })

  test('are added in the epoch that follows, with recovery codes if it is the first second factor', async () => {
    const bare = sampleUser()
    const { change, recoveryCodes } = add(bare, first, 'a')
    expect(recoveryCodes).toHaveLength(10)
    const after = changedUser(bare, change)
    expect(after.passkeys).toMatchObject({ a: { name: 'phone', createdAt: NOW, since: bare.epoch + 1 } })
    expect(after).toMatchObject({ passkeyCounts: {}, passkeyUsedAt: {} })
    const second = await made(createAuthenticator({ origin }))
    const more = add({ ...user, recoveryCodes: ['r'] }, second, 'b')
    expect(more.recoveryCodes).toBeUndefined()
    expect(Object.keys(more.change)).toEqual(['passkeys']) // not the counters, which sign-ins write
    expect(Object.keys(more.change.passkeys ?? {})).toEqual(['a', 'b'])
  })

  test('are added once, and at most 20', () => {
    expect(() => add(user, first, 'b')).toThrow(expect.objectContaining({ code: 'conflict' }))
    const ids = Array.from({ length: MAX_PASSKEYS }, (_, index) => `p${index}`)
    const full = { ...user, passkeys: Object.fromEntries(ids.map((id) => [id, { ...first, credentialId: id }])) }
    expect(() => add(full, first, 'b')).toThrow(/20 passkeys/)
    const { p0: _, ...passkeys } = full.passkeys
    expect(Object.keys(add({ ...full, passkeys }, first, 'b').change.passkeys ?? {})).toHaveLength(20)
  })

  test('are named and removed by their id, and the last second factor takes the recovery codes with it', () => {
    const two = { ...user, passkeys: { a: first, b: first }, recoveryCodes: ['r'], passkeyCounts: { a: 1, b: 2 } }
    expect(changedUser(two, renaming(two, 'b', 'key')).passkeys).toEqual({ a: first, b: { ...first, name: 'key' } })
    const one = changedUser(two, removal(two, 'b'))
    expect(one).toMatchObject({ passkeys: { a: first }, passkeyCounts: { a: 1 }, recoveryCodes: ['r'] })
    expect(one.passkeyCounts).not.toHaveProperty('b')
    const none = changedUser(one, removal(one, 'a'))
    for (const field of ['passkeys', 'passkeyCounts', 'passkeyUsedAt', 'recoveryCodes'])
      expect(none).not.toHaveProperty(field)
    const totp = { id: 'app', sealed: 's', createdAt: NOW }
    expect(changedUser(one, removal({ ...one, totp }, 'a'))).toHaveProperty('recoveryCodes')
    for (const id of ['c', 'toString', first.credentialId])
      for (const change of [() => removal(two, id), () => renaming(two, id, 'x')])
        expect(change).toThrow(expect.objectContaining({ code: 'not_found' }))
  })

  test('are asked for by options that pin the algorithms', () => {
    const options = creationOptions(rp, user, challenge)
    expect(options.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-8, -7, -257])
    expect(options).toMatchObject({
      ...{ rp: { id: rp.id }, attestation: 'none', challenge },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ id: first.credentialId }],
    })
    expect(Buffer.from(options.user.id, 'base64url').toString()).toBe(user.id)
    expect(requestOptions(rp, challenge)).toMatchObject({ allowCredentials: [], userVerification: 'required' })
    const { allowCredentials, userVerification } = requestOptions(rp, challenge, user)
    expect({ allowCredentials, userVerification }).toEqual({
      allowCredentials: [{ type: 'public-key', id: first.credentialId, transports: first.transports }],
      userVerification: 'preferred',
    })
  })
})
