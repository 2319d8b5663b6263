import { type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseProviders } from '../../lib/identity/parse-providers.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { createProviderClient } from '../../lib/identity/provider-client.ts'
import { createProviderTokens } from '../../lib/identity/provider-tokens.ts'
import { createSubjectTokens, type SubjectTokenType } from '../../lib/identity/subject-token.ts'
import { systemClock } from '../../lib/system.ts'
import { newSigningKey, type StandInProvider, sign, startStandInProvider } from '../support/stand-in-provider.ts'

// Tokens of a provider that are exchanged for sessions, and what others may send in their place.

const ID = 'urn:ietf:params:oauth:token-type:id_token'
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token'
let idp: StandInProvider
let providers: Provider[]
beforeAll(async () => {
  idp = await startStandInProvider()
  const { issuer, clientId } = idp
  const settings = { name: 'Provider', issuer, clientId, algorithm: 'ES256' }
  const exchange = {
    idTokenAudiences: [clientId, 'phone'],
    accessTokenAudiences: [clientId, 'https://api.example.com'],
  }
  const groups = { claim: 'groups', scopes: { staff: ['notes:write'] } }
  const file = {
    providers: [
      { ...settings, id: 'none' },
      { ...settings, id: 'idp', exchange, groups },
    ],
  }
  providers = parseProviders(file, false)
})
afterAll(() => idp.close())
beforeEach(() => {
  idp.be({})
  idp.calls.length = 0
})

const verifier = (of = providers) => {
  const redirectUri = () => 'https://app.example.com/callback'
  const client = createProviderClient({ redirectUri, secretOf: async () => undefined, local: true })
  return createSubjectTokens(createProviderTokens(client), of)
}
const verify = async (token: string, type: SubjectTokenType = ID) => {
  const tokens = verifier()
  return tokens.verify(tokens.providerOf({ token, type }), { token, type })
}
const now = systemClock()
const claims = (changes: object = {}): JWTPayload => ({
  ...{ iss: idp.issuer, aud: idp.clientId, iat: now, exp: now + 300, sub: 'ada' },
  ...{ email: 'ada@example.com', email_verified: true, groups: ['staff'] },
  ...changes,
})
const INVALID = expect.objectContaining({ code: 'provider_refused', reason: 'invalid_token' })

describe('a token that is exchanged', () => {
  test('is an ID token of one of the audiences, with its subject, address and groups', async () => {
    const identity = { provider: 'idp', issuer: idp.issuer, subject: 'ada', issuedAt: now, assurance: 1 }
    const expected = { identity: { ...identity, email: 'ada@example.com', scopes: ['notes:write'] }, until: now + 420 }
    expect(await verify(await idp.sign(claims()))).toEqual(expected)
    expect((await verify(await idp.sign(claims({ aud: 'phone', azp: 'phone', nonce: 'n' })))).identity.subject).toBe(
      'ada',
    )
  })

  test('is an access token of another audience, whose silence about groups takes none away', async () => {
    const { groups: _, ...rest } = claims({ aud: 'https://api.example.com' })
    const { identity } = await verify(await idp.sign(rest), ACCESS)
    expect('scopes' in identity).toBe(false)
    const said = await verify(await idp.sign({ ...rest, groups: [] }), ACCESS)
    expect(said.identity.scopes).toEqual([])
  })

  test('is an access token of Cognito, which names its client instead of an audience', async () => {
    const { aud: _, ...rest } = claims({ client_id: idp.clientId, token_use: 'access' })
    expect((await verify(await idp.sign(rest), ACCESS)).identity.subject).toBe('ada')
    for (const changes of [
      { client_id: 'other' },
      { client_id: undefined },
      { token_use: 'id' },
      { token_use: undefined },
    ])
      await expect(idp.sign({ ...rest, ...changes }).then((token) => verify(token, ACCESS))).rejects.toEqual(INVALID)
    await expect(idp.sign(rest).then((token) => verify(token, ID))).rejects.toEqual(INVALID)
  })

  test.each<[what: string, changes: object]>([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'another-client' }],
    ['a further audience', { aud: ['coatcheck', 'another-client'] }],
    ['no audience', { aud: undefined }],
    ['an empty list of audiences', { aud: [] }],
    ['another authorized party', { azp: 'another-client' }],
    ['no subject', { sub: undefined }],
    ['a subject that is no text', { sub: 7 }],
    ['a subject with a line break', { sub: 'a\nb' }],
    ['no expiry', { exp: undefined }],
    ['an expiry in the past', { exp: now - 100 }],
    ['no time', { iat: undefined }],
    ['a time of ten minutes ago', { iat: now - 600 }],
    ['a time of the future', { iat: now + 600, exp: now + 900 }],
    ['a start in the future', { nbf: now + 600 }],
    ['the use of an access token', { token_use: 'access' }],
    ['an event', { events: {} }],
  ])('with %s is refused', async (_, changes) => {
    await expect(verify(await idp.sign(claims(changes)))).rejects.toEqual(INVALID)
  })

  test.each<[what: string, changes: object]>([
    ['an ID token', { nonce: 'n' }],
    ['an ID token beside an access token', { at_hash: 'h' }],
    ['the ID token of Cognito', { token_use: 'id' }],
    ['for another service', { aud: 'https://other.example.com' }],
    ['for the phone’s ID tokens', { aud: 'phone' }],
  ])('is no access token if it is %s', async (_, changes) => {
    await expect(verify(await idp.sign(claims(changes)), ACCESS)).rejects.toEqual(INVALID)
  })

  test('signed in another way is refused', async () => {
    const { kid, privateKey } = await newSigningKey()
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const [header, , signature] = (await idp.sign(claims())).split('.')
    const publicKey = (await fetch(`${idp.issuer}/jwks`).then((response) => response.text())) as string
    const tokens = [
      `${encoded({ alg: 'none' })}.${encoded(claims())}.`,
      `${header}.${encoded(claims({ sub: 'eve' }))}.${signature}`,
      await sign(claims(), { kid, privateKey, publicJwk: {} }),
      await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid }).sign(Buffer.from(publicKey)),
      ...(await Promise.all(
        ['logout+jwt', 'secevent+jwt', 'at+jwt'].map((typ) =>
          new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid, typ }).sign(privateKey),
        ),
      )),
    ]
    for (const token of tokens) await expect(verify(token)).rejects.toEqual(INVALID)
  })

  test.each(['', 'a', 'a.b.c', '..', 'x'.repeat(9000), '{}', 'bnVsbA.bnVsbA.'])(
    'that is none, %j, makes no request to a provider',
    async (token) => {
      await expect(verify(token)).rejects.toEqual(INVALID)
      expect(idp.calls).toEqual([])
    },
  )

  test('of a provider without `exchange`, or of none, makes no request', async () => {
    const token = await idp.sign(claims())
    expect(() => verifier(providers.slice(0, 1)).providerOf({ token, type: ID })).toThrow('not valid')
    expect(() => verifier([]).providerOf({ token, type: ID })).toThrow('not valid')
    expect(idp.calls).toEqual([])
  })

  test.each<[what: string, keys: unknown, code: string]>([
    ['no keys', {}, 'provider_unavailable'],
    [
      'a thousand keys without ours',
      { keys: Array.from({ length: 1000 }, (_, n) => ({ kty: 'oct', k: 'AA', kid: `${n}` })) },
      'provider_refused',
    ],
    ['more than 512 kB', { keys: [], padding: 'x'.repeat(600_000) }, 'provider_unavailable'],
  ])('is not accepted while the provider serves %s', async (_, keys, code) => {
    idp.be({ keys: () => keys })
    await expect(verify(await idp.sign(claims()))).rejects.toEqual(expect.objectContaining({ code }))
  })
})

describe('the settings of an exchange', () => {
  const parse = (exchange: unknown, more: object = {}) =>
    parseProviders(
      { providers: [{ id: 'a', name: 'A', issuer: 'https://a.example', clientId: 'c', exchange, ...more }] },
      true,
    )[0]

  test('accept the client’s own ID tokens and no access tokens by default', () => {
    expect(parse({})?.exchange).toEqual({ idTokenAudiences: ['c'], accessTokenAudiences: [] })
    expect(parse(undefined)?.exchange).toBeUndefined()
  })

  test.each<[what: string, exchange: unknown, more?: object]>([
    ['an unknown field', { audiences: ['c'] }],
    ['a text', 'on'],
    ['one audience for both kinds', { idTokenAudiences: ['x'], accessTokenAudiences: ['x'] }],
    ['GitHub', {}, { kind: 'github', secretName: 's', issuer: 'https://github.com' }],
  ])('refuse %s', (_, exchange, more) => {
    expect(() => parse(exchange, more)).toThrow(/providers\[0\]\.exchange/)
  })
})
