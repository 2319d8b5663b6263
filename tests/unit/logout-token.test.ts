import { exportSPKI, importJWK, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { verifyLogoutToken } from '../../lib/identity/logout-token.ts'
import { parseProviders } from '../../lib/identity/parse-providers.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { createProviderClient } from '../../lib/identity/provider-client.ts'
import { createProviderTokens } from '../../lib/identity/provider-tokens.ts'
import { systemClock } from '../../lib/system.ts'
import { newSigningKey, type StandInProvider, sign, startStandInProvider } from '../support/stand-in-provider.ts'

// Logout tokens of a provider, and what others may send in their place.

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
let idp: StandInProvider
let provider: Provider
beforeAll(async () => {
  idp = await startStandInProvider()
  const { issuer, clientId } = idp
  const file = { providers: [{ id: 'idp', name: 'Provider', issuer, clientId, algorithm: 'ES256' }] }
  provider = parseProviders(file, false)[0] as Provider
})
afterAll(() => idp.close())
beforeEach(() => {
  idp.be({})
  idp.calls.length = 0
})

const verifier = () => {
  const redirectUri = () => 'https://app.example.com/callback'
  const client = createProviderClient({ redirectUri, secretOf: async () => undefined, local: true })
  return createProviderTokens(client)
}
const verify = (token: string) => verifyLogoutToken(verifier(), provider, token)
const now = systemClock()
const claims = (changes: JWTPayload = {}): JWTPayload => ({
  ...{ iss: idp.issuer, aud: idp.clientId, iat: now, exp: now + 120, jti: 'j1', events: { [EVENT]: {} } },
  ...{ sub: 'ada', sid: 'session-1' },
  ...changes,
})
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(claims()).filter(([name]) => !names.includes(name)))
const INVALID = expect.objectContaining({ code: 'provider_refused', reason: 'invalid_token' })

describe('a logout token', () => {
  test('names a session, a subject or both', async () => {
    const logout = { issuer: idp.issuer, issuedAt: now }
    expect(await verify(await idp.sign(claims()))).toEqual({ ...logout, subject: 'ada', sid: 'session-1' })
    expect(await verify(await idp.sign(without('sub')))).toEqual({ ...logout, sid: 'session-1' })
    expect(await verify(await idp.sign(without('sid', 'exp')))).toEqual({ ...logout, subject: 'ada' })
  })

  test.each(['logout+jwt', 'JWT', 'application/logout+jwt'])('may have the type %s', async (typ) => {
    const { kid, privateKey, publicJwk } = await newSigningKey()
    idp.be({ keys: () => ({ keys: [publicJwk] }) })
    const token = new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid, typ }).sign(privateKey)
    expect(await verify(await token)).toMatchObject({ sid: 'session-1' })
  })

  test.each<[what: string, changes: JWTPayload]>([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'another-client' }],
    ['a further audience', { aud: ['coatcheck', 'another-client'] }],
    ['a nonce, as of an ID token', { nonce: 'n' }],
    ['no events', { events: undefined }],
    ['another event', { events: { 'http://schemas.openid.net/event/other': {} } }],
    ['an event that is no object', { events: { [EVENT]: true } }],
    ['events that are no object', { events: [EVENT] }],
    ['no id', { jti: undefined as never }],
    ['no time', { iat: undefined as never }],
    ['a time of ten minutes ago', { iat: now - 600 }],
    ['a time of the future', { iat: now + 600, exp: now + 900 }],
    ['an expiry in the past', { exp: now - 100 }],
    ['neither session nor subject', { sub: undefined as never, sid: undefined }],
    ['a session that is no text', { sid: ['session-1'] }],
    ['a subject with a line break', { sub: 'a\nb' }],
  ])('with %s is refused', async (_, changes) => {
    await expect(verify(await idp.sign(claims(changes)))).rejects.toEqual(INVALID)
  })

  test('signed in another way is refused', async () => {
    const { kid, privateKey } = await newSigningKey()
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const [header, , signature] = (await idp.sign(claims())).split('.')
    const publicKey = await importJWK((await newSigningKey()).publicJwk, 'ES256', { extractable: true })
    const asSecret = Buffer.from(await exportSPKI(publicKey as Parameters<typeof exportSPKI>[0]))
    const tokens = [
      `${encoded({ alg: 'none' })}.${encoded(claims())}.`,
      `${header}.${encoded(claims({ sub: 'eve' }))}.${signature}`,
      await sign(claims(), { kid, privateKey, publicJwk: {} }),
      await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid }).sign(asSecret),
      await new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' }).sign(privateKey),
    ]
    for (const token of tokens) await expect(verify(token)).rejects.toEqual(INVALID)
  })

  test.each(['', 'a', 'a.b.c', '..', 'x'.repeat(9000), '{}', 'bnVsbA.bnVsbA.'])(
    'that is none, %j, makes no request to the provider',
    async (token) => {
      await expect(verify(token)).rejects.toEqual(INVALID)
      expect(idp.calls).toEqual([])
    },
  )

  test('of another issuer makes no request to the provider', async () => {
    await expect(verify(await idp.sign(claims({ iss: 'https://evil.example' })))).rejects.toEqual(INVALID)
    expect(idp.calls).toEqual([])
  })

  test.each<[what: string, keys: unknown]>([
    ['no keys', {}],
    ['a list', []],
    ['an enormous set', { keys: Array(4000).fill({ kty: 'EC', kid: 'x'.repeat(60) }) }],
  ])('waits for the provider whose key set is %s', async (_, keys) => {
    const token = await idp.sign(claims())
    idp.be({ keys: () => keys })
    await expect(verify(token)).rejects.toMatchObject({ code: 'provider_unavailable' })
  })

  test('waits for a provider that is down', async () => {
    const token = await idp.sign(claims())
    idp.be({
      answer: (_, response) => {
        response.writeHead(500).end()
        return true
      },
    })
    await expect(verify(token)).rejects.toMatchObject({ code: 'provider_unavailable' })
  })
})
