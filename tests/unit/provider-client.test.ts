import type { LookupFunction } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { outbound } from '../../lib/identity/outbound.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { createProviderClient } from '../../lib/identity/provider-client.ts'
import type { SignInSecrets } from '../../lib/identity/sign-in-secrets.ts'
import { Secret } from '../../lib/secret.ts'
import { systemClock } from '../../lib/system.ts'
import { FORGED } from '../support/forged-responses.ts'
import { type Hostility, type StandInProvider, sign, startStandInProvider } from '../support/stand-in-provider.ts'

// What a provider, or somebody between, may try. Nothing of it is a sign-in.

let idp: StandInProvider
let other: StandInProvider
let now: number
beforeAll(async () => {
  idp = await startStandInProvider()
  other = await startStandInProvider()
})
afterAll(() => Promise.all([idp.close(), other.close()]))
beforeEach(() => {
  now = systemClock()
  for (const each of [idp, other]) {
    each.be({})
    each.signInAs({ sub: 'ada', email: 'ada@example.com', email_verified: true })
    each.calls.length = 0
  }
})

const providerOf = (id: string, { issuer, clientId }: StandInProvider, changes: Partial<Provider> = {}): Provider => ({
  ...{
    kind: 'oidc' as const,
    id,
    name: id,
    issuer,
    clientId,
    secretName: id,
    clientAuthentication: 'client_secret_basic',
  },
  ...{ scopes: ['openid', 'email'], algorithm: 'ES256', hosts: [new URL(issuer).host], registration: 'open' },
  ...{ verifiedClaim: 'email_verified', strong: { amr: [], acr: [] } },
  ...changes,
})
const PARTS = {
  redirectUri: ({ id }: Provider) => `https://app.example.com/auth/oidc/${id}/callback`,
  secretOf: async () => new Secret('client-secret'),
  local: true,
}
const clientOf = (lookup?: LookupFunction) =>
  createProviderClient({
    ...PARTS,
    clock: () => now,
    outboundOptions: { timeoutMs: 300, ...(lookup && { lookup }) },
  })

/** One sign-in, from the start to the verified claims. */
async function signIn(hostile: Hostility = {}, change: (secrets: SignInSecrets) => SignInSecrets = (same) => same) {
  const client = clientOf()
  const provider = providerOf('idp', idp)
  idp.be(hostile)
  const { url, secrets } = await client.start(provider)
  return client.complete(provider, await idp.visit(url), change(secrets))
}
const refusal = (reason: string) => expect.objectContaining({ code: 'provider_refused', reason })
const OUTAGE = expect.objectContaining({ code: 'provider_unavailable' })

describe('a sign-in at a provider', () => {
  test('asks for a code with PKCE, state and nonce, and verifies the ID token', async () => {
    const { url } = await clientOf().start(providerOf('idp', idp), { prompt: 'login', loginHint: 'ada', maxAge: 0 })
    const asked = Object.fromEntries(new URL(url).searchParams)
    expect(asked).toMatchObject({
      ...{ response_type: 'code', client_id: 'coatcheck', scope: 'openid email', code_challenge_method: 'S256' },
      ...{ redirect_uri: 'https://app.example.com/auth/oidc/idp/callback', prompt: 'login', login_hint: 'ada' },
      ...{ max_age: '0', state: expect.stringMatching(/^[\w-]{43}$/), nonce: expect.stringMatching(/^[\w-]{43}$/) },
    })
    expect(await signIn()).toMatchObject({ iss: idp.issuer, sub: 'ada', email: 'ada@example.com' })
  })

  test('reads discovery once an hour, and keys once until they have rotated', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const client = createProviderClient({ ...PARTS, clock: systemClock })
    const provider = providerOf('idp', idp)
    const once = async () => {
      const { url, secrets } = await client.start(provider)
      return client.complete(provider, await idp.visit(url), secrets)
    }
    const read = (path: string) => idp.calls.filter((call) => call.endsWith(path)).length
    await once()
    await once()
    expect([read('openid-configuration'), read('jwks')]).toEqual([1, 1])
    await idp.rotateKey()
    vi.advanceTimersByTime(61_000)
    expect(await once()).toMatchObject({ sub: 'ada' })
    expect([read('openid-configuration'), read('jwks')]).toEqual([1, 2])
    vi.advanceTimersByTime(3_600_000)
    await once()
    expect([read('openid-configuration'), read('jwks')]).toEqual([2, 3])
  })
})

test('a client secret that was rotated is read again after one sign-in that fails with 503', async () => {
  let secret = 'client-secret'
  const client = createProviderClient({ ...PARTS, secretOf: async () => new Secret(secret) })
  const provider = providerOf('idp', idp)
  const once = async () => {
    const { url, secrets } = await client.start(provider)
    return client.complete(provider, await idp.visit(url), secrets)
  }
  await once()
  secret = 'rotated'
  idp.setSecret(secret)
  onTestFinished(() => idp.setSecret('client-secret'))
  await expect(once()).rejects.toEqual(OUTAGE)
  expect(await once()).toMatchObject({ sub: 'ada' })
})

describe('a hostile response', () => {
  test.each(Object.entries(FORGED))('with %s is refused', async (_, [hostile, reason]) => {
    await expect(signIn(hostile)).rejects.toEqual(refusal(reason))
  })

  test('in another browser, with another verifier or nonce, is refused', async () => {
    const another = 'a'.repeat(43)
    await expect(signIn({}, (own) => ({ ...own, state: another }))).rejects.toEqual(refusal('invalid_token'))
    await expect(signIn({}, (own) => ({ ...own, nonce: another }))).rejects.toEqual(refusal('invalid_token'))
    await expect(signIn({}, (own) => ({ ...own, verifier: another }))).rejects.toEqual(refusal('invalid_response'))
  })

  test('with a code, or a token, that was used is refused', async () => {
    const client = clientOf()
    const provider = providerOf('idp', idp)
    let used = ''
    idp.be({
      async sign(claims, key) {
        used ||= await sign(claims, key)
        return used
      },
    })
    const { url, secrets } = await client.start(provider)
    const response = await idp.visit(url)
    await client.complete(provider, response, secrets)
    await expect(client.complete(provider, response, secrets)).rejects.toEqual(refusal('invalid_response'))
    const next = await client.start(provider)
    const stale = client.complete(provider, await idp.visit(next.url), next.secrets)
    await expect(stale).rejects.toEqual(refusal('invalid_token'))
  })

  test('of one provider is refused at the callback of another, whose tokens do not fit either', async () => {
    const client = clientOf()
    const { url, secrets } = await client.start(providerOf('other', other))
    const mixed = client.complete(providerOf('idp', idp), await other.visit(url), secrets)
    await expect(mixed).rejects.toEqual(refusal('invalid_token'))
    expect(idp.calls).not.toContain('POST /token') // the code of the one never reaches the other
    const foreign = signIn({ sign: (claims) => other.sign({ ...claims, iss: other.issuer }) })
    await expect(foreign).rejects.toEqual(refusal('invalid_token'))
  })
})

describe('a provider that fails', () => {
  const broken: Record<string, Hostility> = {
    'another issuer in its document': { discovery: (document) => ({ ...document, issuer: 'https://evil.example' }) },
    'a token endpoint at another host': {
      discovery: (document) => ({ ...document, token_endpoint: 'https://evil.example/token' }),
    },
    'keys at a private address': {
      discovery: (document) => ({ ...document, jwks_uri: 'http://169.254.169.254/keys' }),
    },
    'a sign-in page at another host': {
      discovery: (document) => ({ ...document, authorization_endpoint: 'https://evil.example/authorize' }),
    },
    'no keys in its document': { discovery: (document) => ({ ...document, jwks_uri: undefined }) },
    'a redirect of its document': {
      answer: (_, response) => {
        response.writeHead(302, { location: other.issuer }).end()
        return true
      },
    },
    'a page of HTML': {
      answer: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
        return true
      },
    },
    'an error of its own': {
      answer: (_, response) => {
        response.writeHead(500).end()
        return true
      },
    },
    'an enormous document': { discovery: (document) => ({ ...document, filler: 'x'.repeat(200_000) }) },
    'no answer': { answer: () => true },
    'an answer that never ends': {
      answer: (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{')
        return true
      },
    },
  }

  test.each(Object.entries(broken))('with %s is an outage', async (_, hostile) => {
    await expect(signIn(hostile)).rejects.toEqual(OUTAGE)
  })

  test('for a while signs in by the document before, for up to a day', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const client = createProviderClient({ ...PARTS, clock: systemClock, outboundOptions: { timeoutMs: 300 } })
    const provider = providerOf('idp', idp)
    const once = async () => {
      const { url, secrets } = await client.start(provider)
      return client.complete(provider, await idp.visit(url), secrets)
    }
    await once()
    idp.be({ discovery: () => ({}) })
    for (const seconds of [3601, 11, 80_000]) {
      vi.advanceTimersByTime(seconds * 1000)
      expect(await once()).toMatchObject({ sub: 'ada' })
    }
    vi.advanceTimersByTime(3_000_000)
    await expect(once()).rejects.toEqual(OUTAGE)
    idp.be({})
    vi.advanceTimersByTime(11_000)
    expect(await once()).toMatchObject({ sub: 'ada' })
  })

  test('with an enormous key set is an outage', async () => {
    const keys = (own: object[]) => ({ keys: [...Array(2000).fill({ kty: 'EC', kid: 'x'.repeat(100) }), ...own] })
    await expect(signIn({ keys })).rejects.toEqual(OUTAGE)
  })

  test('is asked once in ten seconds, and does not hold up another one', async () => {
    const client = clientOf()
    idp.be({ answer: () => true })
    const started = performance.now()
    const [down, up] = await Promise.allSettled([
      client.start(providerOf('idp', idp)),
      client.start(providerOf('other', other)).then(() => performance.now() - started),
    ])
    expect(down).toMatchObject({ status: 'rejected', reason: OUTAGE })
    expect(up).toMatchObject({ status: 'fulfilled', value: expect.toSatisfy((ms: number) => ms < 250) })
    await expect(client.start(providerOf('idp', idp))).rejects.toEqual(OUTAGE)
    expect(idp.calls).toHaveLength(1)
    idp.be({})
    now += 11
    await client.start(providerOf('idp', idp))
  })
})

describe('requests to a provider', () => {
  const get = { method: 'GET', headers: {} }
  const resolving =
    (...addresses: string[]): LookupFunction =>
    (_, __, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
  const fetching = (address: string, lookup?: LookupFunction) =>
    outbound({ hosts: [new URL(address).host], local: false, timeoutMs: 300, ...(lookup && { lookup }) })(address, get)

  test.each([
    'https://127.0.0.1/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00:ec2::254]/',
    'https://0.0.0.0/',
    'https://100.64.0.1/',
    'http://login.example.com/',
    'ftp://login.example.com/',
  ])('refuses %s', async (address) => {
    await expect(fetching(address, resolving('203.0.113.1'))).rejects.toEqual(OUTAGE)
  })

  test('refuses a host of which one address is private, whatever the other is', async () => {
    for (const addresses of [['10.0.0.1'], ['93.184.216.34', '10.0.0.1'], ['93.184.216.34', '::1'], []])
      await expect(fetching('https://login.example.com/', resolving(...addresses))).rejects.toMatchObject({
        message: expect.stringMatching(/no public address/),
      })
  })

  test('refuses every host that is not listed', async () => {
    const request = outbound({ hosts: ['login.example.com'], local: true })
    for (const address of [
      'https://evil.example/',
      'https://login.example.com:8443/',
      'https://login.example.com.evil.example/',
    ])
      await expect(request(address, get)).rejects.toMatchObject({
        message: expect.stringMatching(/none of the provider/),
      })
  })
})
