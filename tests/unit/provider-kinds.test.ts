import type { IncomingMessage, ServerResponse } from 'node:http'
import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseProviders } from '../../lib/identity/parse-providers.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { createProviderClient } from '../../lib/identity/provider-client.ts'
import { verifiedIdentity } from '../../lib/identity/verified-identity.ts'
import { Secret } from '../../lib/secret.ts'
import { systemClock } from '../../lib/system.ts'
import { type StandInProvider, startStandInProvider } from '../support/stand-in-provider.ts'

// Providers that differ from the standard, as far as a local one can play them.

let idp: StandInProvider
beforeAll(async () => {
  idp = await startStandInProvider()
})
afterAll(() => idp.close())
beforeEach(() => idp.be({}))

const parse = (changes: object) => {
  const { issuer, clientId } = idp
  const settings = { id: 'idp', name: 'Provider', issuer, clientId, secretName: 'idp', algorithm: 'ES256', ...changes }
  return parseProviders({ providers: [settings] }, false)[0] as Provider
}
const clientOf = (secret: string) =>
  createProviderClient({
    redirectUri: () => 'https://app.example.com/auth/oidc/idp/callback',
    secretOf: async () => new Secret(secret),
    local: true,
  })
async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const part of request) text += part
  return new URLSearchParams(text)
}

describe('GitHub', () => {
  /** What its server and its API answer. */
  interface Answers {
    readonly token?: object
    readonly user?: object | string
    readonly emails?: unknown
    readonly status?: number
  }
  const seen: { token?: URLSearchParams; authorizations: string[] } = { authorizations: [] }
  function answering({
    token = { access_token: 'gho_x', token_type: 'bearer', scope: 'read:user' },
    user,
    emails,
    status = 200,
  }: Answers) {
    return (request: IncomingMessage, response: ServerResponse) => {
      const json = (value: unknown, code = 200) =>
        response.writeHead(code, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value))
      const path = new URL(request.url ?? '', idp.issuer).pathname
      if (path.startsWith('/api/v3')) seen.authorizations.push(`${request.headers.authorization} ${path}`)
      if (path === '/login/oauth/access_token')
        void bodyOf(request).then((body) => {
          seen.token = body
          json(token)
        })
      else if (path === '/api/v3/user') json(user ?? { id: 583231, login: 'ada', name: 'Ada' }, status)
      else if (path === '/api/v3/user/emails') json(emails ?? PRIMARY)
      else json({}, 404)
      return true
    }
  }
  const PRIMARY = [
    { email: 'old@example.com', primary: false, verified: true },
    { email: 'Ada@example.com', primary: true, verified: true },
  ]
  const signIn = async (answers: Answers = {}) => {
    const provider = parse({ kind: 'github' })
    const client = clientOf('secret')
    const { url, secrets } = await client.start(provider)
    idp.be({ answer: answering(answers) })
    const response = new URLSearchParams({ code: 'of GitHub', state: secrets.state })
    return {
      url: new URL(url),
      identity: verifiedIdentity(provider, await client.complete(provider, response, secrets)),
    }
  }

  test('signs in by OAuth with PKCE; its API says who the person is', async () => {
    const { url, identity } = await signIn()
    expect(url.origin + url.pathname).toBe(`${idp.issuer}/login/oauth/authorize`)
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      scope: 'read:user user:email',
      code_challenge_method: 'S256',
    })
    expect(url.searchParams.has('nonce')).toBe(false)
    expect(identity).toMatchObject({
      issuer: idp.issuer,
      subject: '583231',
      email: 'ada@example.com',
      name: 'Ada',
      assurance: 1,
    })
    expect(Object.fromEntries(seen.token ?? [])).toMatchObject({ client_secret: 'secret', code: 'of GitHub' })
    expect(seen.authorizations).toEqual(['Bearer gho_x /api/v3/user', 'Bearer gho_x /api/v3/user/emails'])
  })

  test.each([
    ['not verified', [{ email: 'ada@example.com', primary: true, verified: false }]],
    ['not the primary one', [{ email: 'ada@example.com', primary: false, verified: true }]],
    ['absent', []],
    ['no list', { message: 'x' }],
    ['no text', [{ email: ['ada@example.com'], primary: true, verified: true }]],
  ])('gives no address that is %s', async (_, emails) => {
    expect((await signIn({ emails })).identity).not.toHaveProperty('email')
  })

  test('is an outage if its API fails, and a refusal if it names nobody or refuses the code', async () => {
    await expect(signIn({ status: 500 })).rejects.toMatchObject({ code: 'provider_unavailable' })
    for (const user of [{}, { id: '583231' }, { id: 1.5 }])
      await expect(signIn({ user })).rejects.toMatchObject({ reason: 'invalid_response' })
    await expect(signIn({ token: { error: 'bad_verification_code' } })).rejects.toMatchObject({
      code: 'provider_refused',
    })
  })

  test('needs a secret, and has its API at a host of its own', () => {
    const file = { providers: [{ id: 'github', name: 'GitHub', kind: 'github', clientId: 'c', secretName: 'github' }] }
    expect(parseProviders(file, true)[0]).toMatchObject({
      ...{ issuer: 'https://github.com', hosts: ['github.com', 'api.github.com'] },
      clientAuthentication: 'client_secret_post',
    })
    const { secretName: _, ...without } = file.providers[0] as { secretName?: string }
    expect(() => parseProviders({ providers: [without] }, true)).toThrow(
      /secretName: expected the name of a secret, which github/,
    )
  })
})

describe('Apple', () => {
  test('gets a client secret that the key signs, and posts its response as a form', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const provider = parse({ kind: 'apple', apple: { teamId: 'TEAM123456', keyId: 'KEY1234567' } })
    const client = clientOf(await exportPKCS8(privateKey))
    const { url, secrets } = await client.start(provider)
    expect(new URL(url).searchParams.get('response_mode')).toBe('form_post')
    const response = await idp.visit(url)
    let secret = ''
    idp.be({
      answer(request, answer) {
        if (!request.url?.startsWith('/token')) return false
        void bodyOf(request).then(async (body) => {
          secret = body.get('client_secret') ?? ''
          const now = systemClock()
          const claims = {
            iss: idp.issuer,
            aud: 'coatcheck',
            sub: '001.a',
            nonce: secrets.nonce,
            iat: now,
            exp: now + 60,
          }
          const id_token = await idp.sign({ ...claims, email: 'ada@privaterelay.appleid.com', email_verified: 'true' })
          const body200 = { access_token: 'a', token_type: 'Bearer', id_token }
          answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body200))
        })
        return true
      },
    })
    const claims = await client.complete(provider, response, secrets)
    expect(verifiedIdentity(provider, claims)).toMatchObject({
      subject: '001.a',
      email: 'ada@privaterelay.appleid.com',
    })
    const { payload, protectedHeader } = await jwtVerify(secret, publicKey, { audience: 'https://appleid.apple.com' })
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: 'KEY1234567' })
    expect(payload).toMatchObject({ iss: 'TEAM123456', sub: 'coatcheck', exp: (payload.iat ?? 0) + 7200 })
  })

  test('whose key cannot be read is an outage, without the key in the error', async () => {
    const provider = parse({ kind: 'apple', apple: { teamId: 'TEAM123456', keyId: 'KEY1234567' } })
    const error = await clientOf('not a key')
      .start(provider)
      .catch((thrown) => thrown)
    expect(error).toMatchObject({
      code: 'provider_unavailable',
      message: expect.stringMatching(/private key in PEM/),
    })
    expect(`${error.stack} ${error.cause}`).not.toContain('not a key')
  })

  test('needs the names of its key', () => {
    const file = { providers: [{ id: 'apple', name: 'Apple', kind: 'apple', clientId: 'c', secretName: 'apple' }] }
    expect(() => parseProviders(file, true)).toThrow(
      /providers\[0\]\.apple: expected an object with `teamId` and `keyId`/,
    )
  })
})
